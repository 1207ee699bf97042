// One peer at a time: each line of standard input, such as {"origin": null, "port": 0, …}, starts a fresh one that knows nobody, in the
// place of the one before; one line of JSON is printed when it is ready. To start the program takes far longer than to start a peer in
// it. It ends when its standard input does, so that it never outlives the test run that started it.

import { createInterface } from "node:readline";
import { Actions } from "./src/actions.js";
import { buildControl } from "./src/control.js";
import { Verifier } from "./src/evidence.js";
import { buildFederation } from "./src/federation.js";
import { startLogging } from "./src/logging.js";
import { guardOutgoing } from "./src/outgoing.js";
import { buildHandler, buildServer } from "./src/server.js";
import { World } from "./src/world.js";

const ACTORS = ["karim", "lea"];
const DEFAULTS = { origin: null, port: 0, routes: {}, firstKnock: "rfc9421", challenge: false };

async function assemble(world, options) {
  const { federation, queue, kv } = buildFederation(world, options);
  const verifier = new Verifier();
  const context = federation.createContext(new URL(world.origin), world);
  const forget = async () => {
    verifier.forget();
    for await (const { key } of kv.list(["_fedify"])) await kv.delete(key);
  };
  const handle = buildHandler({ world, federation, verifier });
  const control = buildControl({ world, queue, context, forget, actions: new Actions(world, context) });
  const respond = (request) => (new URL(request.url).pathname.startsWith("/control/") ? control(request) : handle(request));
  return { respond, queue };
}

/** A peer that listens; `end` returns once nothing of it runs any more. */
async function startPeer(options) {
  const world = new World("http://127.0.0.1");
  let handle = async () => new Response("Starting.", { status: 503 });
  const server = buildServer(world, (request) => handle(request));
  await new Promise((resolve) => server.listen(options.port, "127.0.0.1", resolve));

  const local = `http://127.0.0.1:${server.address().port}`;
  world.origin = options.origin ?? local;
  await world.populate(ACTORS);
  for (const [origin, to] of Object.entries({ ...options.routes, [world.origin]: local })) world.routes.set(origin, to);
  guardOutgoing(world);
  const { respond, queue } = await assemble(world, options);
  handle = respond;
  const end = async () => {
    server.close();
    server.closeAllConnections();
    await queue.stop();
  };
  return { end, addresses: { origin: world.origin, address: local } };
}

async function main() {
  await startLogging();
  let peer = null;
  for await (const line of createInterface({ input: process.stdin })) {
    await peer?.end();
    peer = await startPeer({ ...DEFAULTS, ...JSON.parse(line) });
    console.log(JSON.stringify(peer.addresses));
  }
  process.exit(0);
}

process.on("SIGTERM", () => process.exit(0));
process.stdin.on("end", () => process.exit(0));
await main();
