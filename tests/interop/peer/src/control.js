// The control API: how a test tells this peer what to do and asks what happened. JSON in and out, only under /control/, only for tests.
//
// POST /control/<name> answers {…} with 200, or {error} with 400, 404 or 502. GET /control/<list> answers a list; any query parameter
// must equal the field of that name, `after` skips what is numbered up to it, and `wait` is how many seconds to hold the answer back
// while the list is empty. Who acts is always `by`, "karim" unless said otherwise.

import { examineProofs, fetchDocument, lookUpNodeInfo, resolveHandle } from "./lookup.js";
import { Problem } from "./problem.js";
import { sendRaw } from "./raw.js";

const LONGEST_WAIT = 60;
const REQUIRED = Symbol("required");
const SCHEMES = ["rfc9421", "cavage", "unsigned"];

/** What each command takes, with its defaults, and what it does. */
function commands({ world, actions, context, forget }) {
  return {
    follow: [{ actor: REQUIRED }, (body) => actions.follow(body)],
    unfollow: [{ actor: REQUIRED }, (body) => actions.unfollow(body)],
    accept: [{ actor: REQUIRED }, (body) => actions.answerFollow({ ...body, accepted: true })],
    reject: [{ actor: REQUIRED }, (body) => actions.answerFollow({ ...body, accepted: false })],
    post: [{ content: REQUIRED, to: "public", mention: null, inReplyTo: null }, (body) => actions.post(withMentions(body))],
    edit: [{ id: REQUIRED, content: REQUIRED }, (body) => actions.edit(body)],
    delete: [{ id: REQUIRED }, (body) => actions.delete(body)],
    like: [{ object: REQUIRED, owner: null }, (body) => actions.like(body)],
    unlike: [{ object: REQUIRED }, (body) => actions.undoReaction({ ...body, kind: "like" })],
    boost: [{ object: REQUIRED, owner: null }, (body) => actions.boost(body)],
    unboost: [{ object: REQUIRED }, (body) => actions.undoReaction({ ...body, kind: "boost" })],
    profile: [{ name: REQUIRED, summary: "" }, (body) => actions.editProfile(body)],
    "rotate-keys": [{ announce: false }, (body) => actions.rotateKeys(body)],
    send: [{ activity: REQUIRED, to: REQUIRED }, (body) => actions.send(body)],
    "send-raw": [
      {
        inbox: REQUIRED,
        activity: REQUIRED,
        scheme: REQUIRED,
        proof: false,
        linkedData: false,
        date: null,
        tampered: null,
        contentType: "application/activity+json",
        algorithm: null,
        forged: false,
      },
      (body) => sendRaw(context, body),
    ],
    "accept-follows": [{ manual: REQUIRED }, ({ by, manual }) => void (world.actors.get(by).manual = manual)],
    "authorised-fetch": [{ on: REQUIRED }, ({ on }) => void (world.authorisedFetch = on)],
    refuse: [{ schemes: REQUIRED }, ({ schemes }) => refuse(world, schemes)],
    answer: [
      { status: REQUIRED, times: 1, path: null, method: "POST", headers: {}, body: "", delay: 0 },
      ({ by: _by, ...answer }) => void world.answers.push(answer),
    ],
    "answer-normally": [{}, () => void (world.answers = [])],
    serve: [
      { path: REQUIRED, document: REQUIRED, contentType: "application/activity+json", status: 200 },
      ({ path, ...answer }) => void world.served.set(path, answer),
    ],
    route: [{ origin: REQUIRED, to: REQUIRED }, ({ origin, to }) => void world.routes.set(origin, to)],
    forget: [{}, forget],
    fetch: [{ url: REQUIRED }, (body) => fetchDocument(context, body)],
    resolve: [{ handle: REQUIRED }, (body) => resolveHandle(context, body)],
    "node-info": [{ url: REQUIRED }, (body) => lookUpNodeInfo(body)],
    "verify-proof": [{ document: REQUIRED }, (body) => examineProofs(context, body)],
  };
}

/** What can be listed, each as a function of the criteria; `unfinished` lists nothing once every delivery was made or given up. */
function lists({ world, queue }) {
  const records = (list) => (criteria, after) => list.list(criteria, after);
  const people = (field) => (criteria) => {
    const actor = world.actors.get(criteria.by ?? "karim");
    const wanted = Object.entries(criteria).filter(([name]) => name !== "by");
    return [...(actor?.[field].values() ?? [])].map(person).filter((one) => wanted.every(([name, value]) => one[name] === value));
  };
  return {
    received: records(world.received),
    log: records(world.refused),
    requests: records(world.requests),
    attempts: records(world.attempts),
    followers: people("followers"),
    pending: people("pending"),
    following: people("following"),
    settled: () => (queue.finished() ? [true] : []),
  };
}

function person({ id, inbox, sharedInbox, followId, state }) {
  return { actor: id.href, inbox: inbox.href, sharedInbox: sharedInbox?.href ?? null, follow: followId.href, state: state ?? null };
}

/** A post to named people mentions them, as every program shows such a post. */
function withMentions({ mention, ...body }) {
  return { ...body, mention: mention ?? (Array.isArray(body.to) ? body.to : []) };
}

function refuse(world, schemes) {
  const unknown = schemes.filter((scheme) => !SCHEMES.includes(scheme));
  if (unknown.length > 0) throw new Problem(400, `unknown schemes ${unknown}; known are ${SCHEMES}`);
  world.refusedSchemes = new Set(schemes);
}

export function buildControl(parts) {
  const posts = commands(parts);
  const gets = lists(parts);
  return async (request) => {
    const url = new URL(request.url);
    const name = url.pathname.slice("/control/".length);
    try {
      if (request.method === "POST" && name in posts) return Response.json(await command(posts[name], await request.json(), parts.world));
      if (request.method === "GET" && name in gets) return Response.json(await list(gets[name], url.searchParams, parts.world));
      return Response.json({ error: `no ${request.method} ${url.pathname}` }, { status: 404 });
    } catch (error) {
      return Response.json({ error: error instanceof Problem ? error.message : error.stack }, { status: error.status ?? 500 });
    }
  };
}

async function command([parameters, run], given, world) {
  const body = { by: "karim", ...parameters, ...given };
  const unknown = Object.keys(given).filter((name) => name !== "by" && !(name in parameters));
  const absent = Object.keys(parameters).filter((name) => body[name] === REQUIRED);
  if (unknown.length > 0 || absent.length > 0) throw new Problem(400, `unknown fields: ${unknown}; missing fields: ${absent}`);
  if (!world.actors.has(body.by)) throw new Problem(404, `there is no ${body.by} here`);
  const answer = (await run(body)) ?? {};
  world.changed();
  return answer;
}

async function list(look, query, world) {
  const { wait = "0", after = "0", ...criteria } = Object.fromEntries(query);
  const seconds = Math.min(Number(wait), LONGEST_WAIT);
  const found = await world.signal.until(() => {
    const entries = look(criteria, Number(after));
    return entries.length > 0 ? entries : null;
  }, seconds * 1000);
  return found ?? [];
}
