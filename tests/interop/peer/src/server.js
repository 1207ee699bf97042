// The HTTP side: turns requests of Node into those Fedify takes, does to them what the test asked for, and records what came of each.

import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { respondWithObject } from "@fedify/fedify";
import { authenticatedBy, delivery } from "./evidence.js";
import { keyIdOf, schemeOf } from "./signature_headers.js";
import { tombstone } from "./vocabulary.js";

const LARGEST_BODY = 2 * 1024 * 1024;
/** The status that asks for no answer at all, and what stands for that answer. */
const HANG_UP = 0;
const NO_ANSWER = Symbol("no answer");

/** A server that is not listening yet; `handle` takes a Request and answers a Response, or NO_ANSWER to hang up. */
export function buildServer(world, handle) {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const response = await handle(await requestOf(incoming, world.origin));
      if (response === NO_ANSWER) incoming.socket.destroy();
      else await answer(outgoing, response);
    } catch (error) {
      console.error(error);
      await answer(outgoing, new Response(String(error), { status: 500 }));
    }
  });
  // Longer than any client here keeps an idle connection, so that none is closed under a request that is just being sent.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 60_000;
  return server;
}

async function requestOf(incoming, origin) {
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  const chunks = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new RangeError(`more than ${LARGEST_BODY} bytes`);
    chunks.push(chunk);
  }
  const body = size > 0 && incoming.method !== "GET" && incoming.method !== "HEAD" ? Buffer.concat(chunks) : undefined;
  // The origin may be a name with a TLS-terminating proxy in front, which is what the other side signed for.
  return new Request(`${origin}${incoming.url}`, { method: incoming.method, headers, body });
}

async function answer(outgoing, response) {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

/** Everything that is not the control API. */
export function buildHandler(parts) {
  const { world } = parts;
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const isInbox = request.method === "POST" && (pathname === "/inbox" || pathname.endsWith("/inbox"));
    const early = (await commanded(world, request, pathname, isInbox)) ?? (await stored(world, request, pathname));
    const scheme = schemeOf(request.headers);
    const line = { method: request.method, path: `${pathname}${search}`, scheme, keyId: keyIdOf(request.headers) };
    const answered = early ?? (await (isInbox ? receive(parts, request, line) : parts.federation.fetch(request, { contextData: world })));
    const status = answered.status ?? null;
    if (early != null && isInbox) {
      const refusal = { status, signatures: null, refusedBy: "test", reason: "asked for by the test" };
      world.refused.add({ ...line, ...(await described(request)), ...refusal });
    }
    world.requests.add({ ...line, status });
    return answered;
  };
}

/** What the test asked to answer before Fedify sees the request; undefined when it asked for nothing. */
async function commanded(world, request, pathname, isInbox) {
  if (world.refusedSchemes.has(schemeOf(request.headers)) && !pathname.startsWith("/.well-known/")) {
    return new Response("This signature scheme is refused here.", { status: 401 });
  }
  const wanted = world.answers.find(({ method, path }) => method === request.method && (path == null ? isInbox : path === pathname));
  if (wanted == null) return undefined;
  wanted.times -= 1;
  if (wanted.times <= 0) world.answers.splice(world.answers.indexOf(wanted), 1);
  await pause(wanted.delay * 1000);
  return wanted.status === HANG_UP ? NO_ANSWER : new Response(wanted.body, { status: wanted.status, headers: wanted.headers });
}

/** A document the test put here, or the tombstone of a deleted note, which Fedify would serve with status 200. */
async function stored(world, request, pathname) {
  if (request.method !== "GET") return undefined;
  const served = world.served.get(pathname);
  if (served != null) {
    const body = typeof served.document === "string" ? served.document : JSON.stringify(served.document);
    return new Response(body, { status: served.status, headers: { "Content-Type": served.contentType } });
  }
  const note = world.notes.get(`${world.origin}${pathname}`);
  if (note?.deleted == null) return undefined;
  const gone = await respondWithObject(tombstone(note));
  return new Response(gone.body, { status: 410, headers: gone.headers });
}

/** Hand an inbox request to Fedify, then record whether it let the activity in, by which signature, and which signatures hold. */
async function receive({ world, federation, verifier }, request, line) {
  const copy = request.clone();
  const description = await described(request.clone());
  const found = { processed: false, refusal: null, verdict: null };
  const response = await delivery.run(found, () => federation.fetch(request, { contextData: world })).catch((error) => {
    // What Fedify throws is an answer like any other to the one who sent this; a context it cannot load is the usual case.
    found.refusal = String(error);
    return new Response(String(error), { status: 500 });
  });
  const document = typeof description.activity === "object" ? description.activity : null;
  const signatures = document == null ? null : await verifier.examine(copy, document, await loaders(federation, world));
  const entry = { ...line, ...description, status: response.status, signatures };
  if (response.ok) world.received.add({ ...entry, authenticatedBy: authenticatedBy(found.verdict), duplicate: !found.processed });
  else world.refused.add({ ...entry, refusedBy: "fedify", reason: found.refusal ?? (await response.clone().text()) });
  return response;
}

async function loaders(federation, world) {
  const context = federation.createContext(new URL(world.origin), world);
  const [identifier] = world.actors.keys();
  return { documentLoader: await context.getDocumentLoader({ identifier }), contextLoader: context.contextLoader };
}

/** The fields one searches activities by, and the whole as received; the object is named by its id. */
async function described(request) {
  const text = await request.text();
  const activity = parsed(text);
  const { type, id, actor, object } = activity ?? {};
  return {
    type: firstText(type),
    id: firstText(id),
    actor: firstText(actor, "id"),
    object: firstText(object, "id"),
    objectType: firstText([object].flat()[0]?.type),
    activity: activity ?? text.slice(0, 4096),
  };
}

/** The first of one or several values where it is text, or the text under `name` in it; null otherwise. */
function firstText(value, name = null) {
  const [first] = [value].flat();
  const text = typeof first === "object" && first !== null ? first[name] : first;
  return typeof text === "string" ? text : null;
}

function parsed(text) {
  try {
    const document = JSON.parse(text);
    return typeof document === "object" && !Array.isArray(document) ? document : null;
  } catch {
    return null;
  }
}
