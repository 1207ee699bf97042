// The only way out: every request of this program passes here, is kept on this machine, and is recorded with what was answered.

import { keyIdOf, schemeOf } from "./signature_headers.js";

const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

const plainFetch = globalThis.fetch;

/** Replace the global `fetch`, which is what Fedify uses, by one that stays on loopback and records. */
export function guardOutgoing(world) {
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const headers = new Headers(request.headers);
    const body = request.body == null ? undefined : Buffer.from(await request.arrayBuffer());
    const record = (outcome) => world.attempts.add({ ...described(request, headers, body), ...outcome });
    try {
      const target = reachable(new URL(request.url), world.routes);
      headers.set("Host", new URL(request.url).host);
      const { method, redirect, signal } = request;
      const response = await plainFetch(target, { method, headers, body, redirect, signal });
      record({ status: response.status, error: null });
      // Fedify takes the address of a document from here and must not see where it was fetched instead.
      return Object.defineProperty(response, "url", { value: request.url });
    } catch (error) {
      record({ status: null, error: String(error.cause ?? error) });
      throw error;
    }
  };
}

/**
 * Where to connect for `url`. A route stands for a name server and a TLS-terminating proxy. Without one only loopback is reached, in
 * plain HTTP: a handle is always looked up by https (RFC 7033 section 4), and nobody speaks TLS here.
 */
function reachable(url, routes) {
  const base = routes.get(url.origin) ?? (LOOPBACK.has(url.hostname) ? `http://${url.host}` : null);
  if (base == null) throw new TypeError(`${url.href} is not on this machine and has no route`);
  return `${base}${url.pathname}${url.search}`;
}

function described(request, headers, body) {
  const { type = null, id = null } = parsed(body);
  return { method: request.method, url: request.url, scheme: schemeOf(headers), keyId: keyIdOf(headers), type, id };
}

function parsed(body) {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}
