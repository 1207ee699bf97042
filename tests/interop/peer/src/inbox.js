// What this peer does with activities that Fedify let in. Only following needs an answer; everything else is recorded by the server.

import { Accept, Activity, Follow, isActor, Reject, Undo } from "@fedify/vocab";
import { delivery } from "./evidence.js";
import { fedifyRecipient, recipientOf } from "./recipients.js";

export function listenToInboxes(federation, world) {
  const listener = (receive) => async (context, activity) => {
    await receive(world, context, activity);
    delivery.getStore().processed = true;
    world.changed();
  };
  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .setSharedKeyDispatcher(() => ({ identifier: [...world.actors.keys()][0] }))
    .on(Follow, listener(receiveFollow))
    .on(Undo, listener(receiveUndo))
    .on(Accept, listener(receiveAccept))
    .on(Reject, listener(receiveReject))
    .on(Activity, listener(async () => {}))
    .onUnverifiedActivity((_context, _activity, reason) => {
      delivery.getStore().refusal = reason.type;
    });
}

async function receiveFollow(world, context, follow) {
  const actor = localActor(world, context, follow.objectId);
  const follower = await follow.getActor(context);
  if (actor == null || follow.id == null || !isActor(follower) || follower.inboxId == null) return;
  const entry = { ...recipientOf(follower), followId: follow.id, activity: follow };
  if (actor.manual) actor.pending.set(follower.id.href, entry);
  else await answerFollow(world, context, actor, entry, true);
}

/** Accept or reject a follow, and tell the one who asked. A rejected follower is no follower any more. */
export async function answerFollow(world, context, actor, follower, accepted) {
  const Answer = accepted ? Accept : Reject;
  const id = follower.id.href;
  actor.pending.delete(id);
  if (accepted) actor.followers.set(id, follower);
  else actor.followers.delete(id);
  const addresses = { id: world.newAddress("activities"), actor: context.getActorUri(actor.identifier), to: follower.id };
  const answer = world.remember(new Answer({ ...addresses, object: follower.activity }));
  world.changed();
  await context.sendActivity({ identifier: actor.identifier }, fedifyRecipient(follower), answer);
  return answer;
}

async function receiveUndo(world, context, undo) {
  const undoneId = undo.objectId?.href;
  const by = undo.actorId.href;
  for (const actor of world.actors.values()) {
    for (const list of [actor.followers, actor.pending]) {
      if (list.get(by)?.followId.href === undoneId) list.delete(by);
    }
  }
}

async function receiveAccept(world, _context, accept) {
  answered(world, accept, "accepted");
}

async function receiveReject(world, _context, reject) {
  answered(world, reject, "rejected");
}

/** Only the one who was asked may answer; the follow is named by its id. */
function answered(world, answer, state) {
  for (const actor of world.actors.values()) {
    const asked = actor.following.get(answer.actorId.href);
    if (asked?.followId.href === answer.objectId?.href) asked.state = state;
  }
}

function localActor(world, context, id) {
  const parsed = context.parseUri(id);
  return parsed?.type === "actor" ? world.actors.get(parsed.identifier) : undefined;
}
