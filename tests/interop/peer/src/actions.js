// What the people of this peer do when a test tells them to: remember it, then let Fedify sign and send it.

import { Activity, Announce, Create, Delete, Follow, Like, PUBLIC_COLLECTION, Undo, Update } from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { answerFollow } from "./inbox.js";
import { newKeyPairs } from "./keys.js";
import { fetchAuthor, fetchRecipient } from "./lookup.js";
import { Problem } from "./problem.js";
import { fedifyRecipient } from "./recipients.js";
import { addressing, noteObject, person, tombstone } from "./vocabulary.js";

export class Actions {
  #world;
  #context;

  constructor(world, context) {
    this.#world = world;
    this.#context = context;
  }

  async follow({ actor: url, by }) {
    const other = await fetchRecipient(this.#context, url, by);
    const follow = this.#activity(Follow, by, { to: other.id, object: other.id });
    this.#actor(by).following.set(other.id.href, { ...other, followId: follow.id, state: "asked", activity: follow });
    return await this.#send(by, { others: [other] }, follow);
  }

  async unfollow({ actor: url, by }) {
    const { following } = this.#actor(by);
    const other = following.get(url) ?? missing(`${by} does not follow ${url}`);
    following.delete(url);
    return await this.#send(by, { others: [other] }, this.#activity(Undo, by, { to: other.id, object: other.activity }));
  }

  async answerFollow({ actor: url, by, accepted }) {
    const actor = this.#actor(by);
    const follower = actor.pending.get(url) ?? actor.followers.get(url) ?? missing(`${url} has not asked to follow ${by}`);
    return { id: (await answerFollow(this.#world, this.#context, actor, follower, accepted)).id.href };
  }

  async post({ content, to, mention, inReplyTo, by }) {
    const mentions = await Promise.all(mention.map((url) => fetchRecipient(this.#context, url, by)));
    const named = Array.isArray(to) ? await Promise.all(to.map((url) => fetchRecipient(this.#context, url, by))) : [];
    const answered = inReplyTo == null ? [] : [await fetchAuthor(this.#context, inReplyTo, by)];
    const note = {
      id: this.#world.newAddress("notes"),
      by,
      content,
      mentions,
      to: Array.isArray(to) ? named.map((actor) => actor.id) : to,
      inReplyTo: inReplyTo == null ? null : new URL(inReplyTo),
      published: Temporal.Now.instant(),
      updated: null,
      deleted: null,
      audience: { followers: !Array.isArray(to), others: [...named, ...mentions, ...answered] },
    };
    this.#world.notes.set(note.id.href, note);
    return { ...(await this.#sendNote(Create, note, noteObject(this.#context, note))), id: note.id.href };
  }

  async edit({ id, content }) {
    const note = this.#note(id);
    note.content = content;
    note.updated = Temporal.Now.instant();
    return await this.#sendNote(Update, note, noteObject(this.#context, note));
  }

  async delete({ id }) {
    const note = this.#note(id);
    note.deleted = Temporal.Now.instant();
    return await this.#sendNote(Delete, note, tombstone(note));
  }

  async like({ object, owner, by }) {
    const author = await this.#author(object, owner, by);
    const like = this.#activity(Like, by, { to: author.id, object: new URL(object) });
    return await this.#react("like", object, by, { others: [author] }, like);
  }

  async boost({ object, owner, by }) {
    const author = await this.#author(object, owner, by);
    const ccs = [this.#context.getFollowersUri(by), author.id];
    const boost = this.#activity(Announce, by, { to: PUBLIC_COLLECTION, ccs, object: new URL(object), published: Temporal.Now.instant() });
    return await this.#react("boost", object, by, { followers: true, others: [author] }, boost);
  }

  async undoReaction({ kind, object, by }) {
    const { reactions } = this.#actor(by);
    const reaction = reactions.get(`${kind} ${object}`) ?? missing(`${by} has no ${kind} of ${object} to undo`);
    reactions.delete(`${kind} ${object}`);
    const { toIds: tos, ccIds: ccs } = reaction.activity;
    return await this.#send(by, reaction.audience, this.#activity(Undo, by, { tos, ccs, object: reaction.activity }));
  }

  /** New keys under the same ids; with `announce` the followers are told by an Update of the actor. */
  async rotateKeys({ by, announce }) {
    this.#actor(by).keys = await newKeyPairs();
    return announce ? await this.#announceActor(by) : { id: null };
  }

  async editProfile({ name, summary, by }) {
    Object.assign(this.#actor(by), { name, summary });
    return await this.#announceActor(by);
  }

  /** Any activity in JSON-LD, read and written again by Fedify and sent as it sends its own. */
  async send({ activity, to, by }) {
    const others = await Promise.all(to.map((url) => fetchRecipient(this.#context, url, by)));
    const given = await Activity.fromJsonLd(activity, this.#context);
    const own = given.clone({ id: given.id ?? this.#world.newAddress("activities"), actor: this.#context.getActorUri(by) });
    return await this.#send(by, { others }, this.#world.remember(own));
  }

  async #announceActor(by) {
    const object = person(this.#context, this.#actor(by), await this.#context.getActorKeyPairs(by));
    const ccs = [this.#context.getFollowersUri(by)];
    return await this.#send(by, { followers: true, others: [] }, this.#activity(Update, by, { to: PUBLIC_COLLECTION, ccs, object }));
  }

  async #react(kind, object, by, audience, activity) {
    this.#actor(by).reactions.set(`${kind} ${object}`, { activity, audience });
    return await this.#send(by, audience, activity);
  }

  async #sendNote(Verb, note, object) {
    const activity = this.#activity(Verb, note.by, { ...addressing(this.#context, note), object }, note);
    return await this.#send(note.by, note.audience, activity);
  }

  #activity(Verb, by, properties, note = null) {
    const id = this.#world.newAddress("activities");
    return this.#world.remember(new Verb({ id, actor: this.#context.getActorUri(by), ...properties }), note);
  }

  /** One delivery to each server: those reached through a follower's shared inbox are not written to again. */
  async #send(by, { followers = false, others }, activity) {
    const options = { preferSharedInbox: true };
    const reached = new Set();
    if (followers) {
      for (const { inbox, sharedInbox } of this.#actor(by).followers.values()) reached.add((sharedInbox ?? inbox).href);
      await this.#context.sendActivity({ identifier: by }, "followers", activity, { ...options, syncCollection: true });
    }
    const rest = others.filter(({ inbox, sharedInbox }) => !reached.has((sharedInbox ?? inbox).href)).map(fedifyRecipient);
    if (rest.length > 0) await this.#context.sendActivity({ identifier: by }, rest, activity, options);
    this.#world.changed();
    return { id: activity.id.href, activity: activity.id.href };
  }

  async #author(object, owner, by) {
    return owner == null ? await fetchAuthor(this.#context, object, by) : await fetchRecipient(this.#context, owner, by);
  }

  #actor(identifier) {
    return this.#world.actors.get(identifier) ?? missing(`there is no ${identifier} here`);
  }

  #note(id) {
    const note = this.#world.notes.get(id);
    return note == null || note.deleted != null ? missing(`there is no note ${id} here`) : note;
  }
}

function missing(message) {
  throw new Problem(404, message);
}
