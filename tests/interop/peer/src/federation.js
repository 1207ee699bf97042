// What this peer serves, registered with Fedify: actors, keys, notes, activities, collections, NodeInfo and WebFinger.

import { createExponentialBackoffPolicy, createFederation, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import { Activity, Note, PUBLIC_COLLECTION } from "@fedify/vocab";
import { telemetry } from "./evidence.js";
import { listenToInboxes } from "./inbox.js";
import { fedifyRecipient } from "./recipients.js";
import { noteObject, person } from "./vocabulary.js";

const PAGE = 10;

/** A queue that can tell whether everything was sent or given up, and can be stopped. */
class WatchedQueue extends InProcessMessageQueue {
  #unfinished = 0;
  #changed;
  #stop = new AbortController();
  #listening = [];

  constructor(changed) {
    super({ pollInterval: { milliseconds: 100 } });
    this.#changed = changed;
  }

  async enqueue(message, options) {
    this.#unfinished += 1;
    await super.enqueue(message, options);
  }

  async enqueueMany(messages, options) {
    this.#unfinished += messages.length;
    await super.enqueueMany(messages, options);
  }

  async listen(handler, options) {
    const watched = async (message) => {
      try {
        await handler(message);
      } finally {
        this.#unfinished -= 1;
        this.#changed();
      }
    };
    const listening = super.listen(watched, { ...options, signal: this.#stop.signal });
    this.#listening.push(listening);
    await listening;
  }

  /** Return once what was being sent was sent, or given up; the rest never is. */
  async stop() {
    this.#stop.abort();
    await Promise.allSettled(this.#listening);
  }

  finished() {
    return this.#unfinished === 0;
  }
}

/**
 * Fedify as most programs configure it, with three differences that make tests quick and repeatable: activities are handled before the
 * 202, failed deliveries are tried again within a second or two, and no circuit breaker holds them back for minutes.
 */
export function buildFederation(world, { firstKnock, challenge }) {
  const kv = new MemoryKvStore();
  const queue = new WatchedQueue(() => world.changed());
  const federation = createFederation({
    kv,
    queue: { outbox: queue, fanout: queue },
    origin: world.origin,
    allowPrivateAddress: true,
    firstKnock: firstKnock === "cavage" ? "draft-cavage-http-signatures-12" : "rfc9421",
    inboxChallengePolicy: { enabled: challenge },
    outboxRetryPolicy: createExponentialBackoffPolicy({ initialDelay: { milliseconds: 100 }, maxAttempts: 5, jitter: false }),
    circuitBreaker: false,
    tracerProvider: telemetry(),
    userAgent: { software: "fedirse-test-peer/1.0.0" },
  });
  serveActors(federation, world);
  serveObjects(federation, world);
  serveCollections(federation, world);
  serveNodeInfo(federation, world);
  listenToInboxes(federation, world);
  return { federation, queue, kv };
}

/** Whether the request may read anything here: under authorised fetch only with a signature that Fedify accepts. */
function admitted(world) {
  return async (context) => !world.authorisedFetch || (await context.getSignedKeyOwner()) != null;
}

function serveActors(federation, world) {
  federation
    .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
      const actor = world.actors.get(identifier);
      return actor == null ? null : person(context, actor, await context.getActorKeyPairs(identifier));
    })
    .setKeyPairsDispatcher((_context, identifier) => world.actors.get(identifier)?.keys ?? [])
    .authorize(admitted(world));
}

function serveObjects(federation, world) {
  federation
    .setObjectDispatcher(Note, "/notes/{id}", async (context, { id }) => {
      const note = world.notes.get(new URL(`/notes/${id}`, world.origin).href);
      return note == null || !(await mayRead(world, context, note)) ? null : noteObject(context, note);
    })
    .authorize(admitted(world));
  federation
    .setObjectDispatcher(Activity, "/activities/{id}", async (context, { id }) => {
      const { activity, note } = world.activities.get(new URL(`/activities/${id}`, world.origin).href) ?? { activity: null, note: null };
      return note == null || (await mayRead(world, context, note)) ? activity : null;
    })
    .authorize(admitted(world));
}

/** A note that is not public is for signed requests from a server of somebody it was sent to, since a server signs for its people. */
async function mayRead(world, context, note) {
  if (note.to === "public") return true;
  const reader = await context.getSignedKeyOwner();
  const audience = note.to === "followers" ? [...world.actors.get(note.by).followers.keys()] : note.to.map((id) => id.href);
  const readers = [...audience, ...note.mentions.map((actor) => actor.id.href)];
  return reader != null && readers.some((id) => new URL(id).origin === reader.id.origin);
}

function serveCollections(federation, world) {
  const paged = (setters, all) =>
    setters
      .setCounter(async (context, identifier) => (await all(context, identifier)).length)
      .setFirstCursor(() => "0")
      .authorize(admitted(world));
  const pages = (all) => async (context, identifier, cursor) => page(await all(context, identifier), cursor);

  const followers = (_context, identifier) =>
    known(world, identifier, (actor) => [...actor.followers.values()].map(fedifyRecipient));
  const following = (_context, identifier) =>
    known(world, identifier, (actor) => [...actor.following.values()].filter(({ state }) => state === "accepted").map(({ id }) => id));
  const outbox = (_context, identifier) => known(world, identifier, () => published(world, identifier));

  paged(federation.setFollowersDispatcher("/users/{identifier}/followers", pages(followers)), followers);
  paged(federation.setFollowingDispatcher("/users/{identifier}/following", pages(following)), following);
  paged(federation.setOutboxDispatcher("/users/{identifier}/outbox", pages(outbox)), outbox);
}

function known(world, identifier, list) {
  const actor = world.actors.get(identifier);
  return actor == null ? [] : list(actor);
}

/** The public activities of one actor, newest first. */
function published(world, identifier) {
  const author = new URL(`/users/${identifier}`, world.origin).href;
  const isPublic = ({ toIds, ccIds }) => [...toIds, ...ccIds].some((id) => id.href === PUBLIC_COLLECTION.href);
  const activities = [...world.activities.values()].map(({ activity }) => activity);
  return activities.filter((activity) => activity.actorId.href === author && isPublic(activity)).reverse();
}

/** All of it without a cursor, which is how Fedify asks when it sends to followers; a page otherwise. */
function page(items, cursor) {
  if (cursor == null) return { items };
  const start = Number(cursor);
  const next = start + PAGE;
  return {
    items: items.slice(start, next),
    nextCursor: next < items.length ? String(next) : null,
    prevCursor: start > 0 ? String(Math.max(0, start - PAGE)) : null,
  };
}

function serveNodeInfo(federation, world) {
  federation.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
    software: { name: "fedirse-test-peer", version: "1.0.0" },
    protocols: ["activitypub"],
    usage: {
      users: { total: world.actors.size, activeMonth: world.actors.size, activeHalfyear: world.actors.size },
      localPosts: world.notes.size,
      localComments: 0,
    },
  }));
}
