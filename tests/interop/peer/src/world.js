// Everything this peer remembers, all in memory: its actors, what they said, what came in and what it was told to do.
// Holds no rules of the protocol and does no I/O.

import { newKeyPairs } from "./keys.js";
import { Records, Signal } from "./records.js";

/** One local actor and everybody it is tied to; the maps are keyed by the other actor's or the object's address. */
class LocalActor {
  name;
  summary = "";
  manual = false;
  /** {id, inbox, sharedInbox, followId, activity} of who follows; `pending` holds those that await an answer. */
  followers = new Map();
  pending = new Map();
  /** {id, inbox, sharedInbox, followId, state: "asked" | "accepted" | "rejected"} of whom it follows. */
  following = new Map();
  /** Likes and boosts that can still be undone: {activity, audience}. */
  reactions = new Map();

  constructor(identifier, keys) {
    this.identifier = identifier;
    this.name = identifier[0].toUpperCase() + identifier.slice(1);
    this.keys = keys;
  }
}

export class World {
  signal = new Signal();
  actors = new Map();
  notes = new Map();
  activities = new Map();
  /** Exact answers to GET, by path: {body, contentType, status}. */
  served = new Map();

  received = new Records(this.signal);
  refused = new Records(this.signal);
  requests = new Records(this.signal);
  attempts = new Records(this.signal);

  refusedSchemes = new Set();
  answers = [];
  authorisedFetch = false;
  routes = new Map();

  constructor(origin) {
    this.origin = origin;
  }

  async populate(identifiers) {
    const actors = await Promise.all(identifiers.map(async (identifier) => new LocalActor(identifier, await newKeyPairs())));
    for (const actor of actors) this.actors.set(actor.identifier, actor);
  }

  newAddress(folder) {
    return new URL(`/${folder}/${crypto.randomUUID()}`, this.origin);
  }

  /** Keep an activity so that it can be fetched by its id, by those who may read the `note` it is about. */
  remember(activity, note = null) {
    this.activities.set(activity.id.href, { activity, note });
    return activity;
  }

  changed() {
    this.signal.notify();
  }
}
