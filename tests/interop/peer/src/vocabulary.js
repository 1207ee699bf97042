// How what this peer remembers is said in ActivityStreams, in Fedify's classes. Pure.

import { Endpoints, Mention, Note, Person, PUBLIC_COLLECTION, Tombstone } from "@fedify/vocab";

export function person(context, actor, keyPairs) {
  const { identifier } = actor;
  return new Person({
    id: context.getActorUri(identifier),
    preferredUsername: identifier,
    name: actor.name,
    summary: actor.summary,
    url: context.getActorUri(identifier),
    manuallyApprovesFollowers: actor.manual,
    discoverable: true,
    inbox: context.getInboxUri(identifier),
    outbox: context.getOutboxUri(identifier),
    followers: context.getFollowersUri(identifier),
    following: context.getFollowingUri(identifier),
    endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
    publicKey: keyPairs[0].cryptographicKey,
    assertionMethods: keyPairs.map((pair) => pair.multikey),
  });
}

/** A remembered note {id, by, to, content, mentions, inReplyTo, published, updated} as a Note. */
export function noteObject(context, note) {
  const { tos, ccs } = addressing(context, note);
  return new Note({
    id: note.id,
    attribution: context.getActorUri(note.by),
    content: note.content,
    url: note.id,
    replyTarget: note.inReplyTo,
    published: note.published,
    updated: note.updated,
    tags: note.mentions.map((actor) => new Mention({ href: actor.id, name: actor.handle })),
    tos,
    ccs,
  });
}

/** `to` and `cc` of a note and of the activities about it; `note.to` is "public", "followers" or a list of addresses. */
export function addressing(context, note) {
  const followers = context.getFollowersUri(note.by);
  const mentioned = note.mentions.map((actor) => actor.id);
  if (note.to === "public") return { tos: [PUBLIC_COLLECTION], ccs: [followers, ...mentioned] };
  if (note.to === "followers") return { tos: [followers], ccs: mentioned };
  return { tos: note.to, ccs: mentioned.filter((id) => !note.to.some((other) => other.href === id.href)) };
}

export function tombstone(note) {
  return new Tombstone({ id: note.id, deleted: note.deleted });
}
