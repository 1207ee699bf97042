// How this peer looks at other servers: with Fedify's own loaders, signed by one of its actors, never from the cache.

import { isActor, Object as ActivityObject } from "@fedify/vocab";
import { hasProofLike, parseNodeInfo, verifyProof } from "@fedify/fedify";
import { Problem } from "./problem.js";
import { recipientOf } from "./recipients.js";

/** Fetch an object; errors of the network and of the document become a Problem that says what went wrong. */
export async function fetchObject(context, url, by) {
  const documentLoader = await context.getDocumentLoader({ identifier: by });
  try {
    const { document, documentUrl } = await documentLoader(url);
    const options = { documentLoader, contextLoader: context.contextLoader, baseUrl: new URL(documentUrl) };
    return await ActivityObject.fromJsonLd(document, options);
  } catch (error) {
    throw new Problem(502, `${url} could not be read: ${error}`);
  }
}

export async function fetchRecipient(context, url, by) {
  const actor = await fetchObject(context, url, by);
  if (!isActor(actor) || actor.id == null || actor.inboxId == null) throw new Problem(502, `${url} is no actor with an inbox`);
  return recipientOf(actor);
}

/** The author of a remote object as somebody to send to. */
export async function fetchAuthor(context, url, by) {
  const object = await fetchObject(context, url, by);
  if (object.attributionId == null) throw new Problem(502, `${url} does not say who wrote it`);
  return await fetchRecipient(context, object.attributionId.href, by);
}

/** {document, documentUrl, error, status}: what a signed GET of `url` brought back. */
export async function fetchDocument(context, { url, by }) {
  const load = await context.getDocumentLoader({ identifier: by });
  try {
    const { document, documentUrl } = await load(url);
    return { document, documentUrl, error: null, status: 200 };
  } catch (error) {
    return { document: null, documentUrl: null, error: String(error), status: error.response?.status ?? null };
  }
}

/** {id, type, document, webfinger}: a handle or address through WebFinger and Fedify's lookupObject; nulls when it finds nothing. */
export async function resolveHandle(context, { handle, by }) {
  const documentLoader = await context.getDocumentLoader({ identifier: by });
  const object = await context.lookupObject(handle, { documentLoader });
  const webfinger = await context.lookupWebFinger(handle.includes("://") ? handle : `acct:${handle.replace(/^@/, "")}`);
  const document = object == null ? null : await object.toJsonLd({ format: "compact", contextLoader: context.contextLoader });
  return { id: object?.id?.href ?? null, type: document?.type ?? null, document, webfinger };
}

/**
 * {nodeInfo}: what Fedify's strict reader made of the NodeInfo of the server at `url`; null when it is unusable. Fetched here, because
 * Fedify never asks a private address for it.
 */
export async function lookUpNodeInfo({ url }) {
  const { links } = await json(new URL("/.well-known/nodeinfo", url));
  const { href } = links.find(({ rel }) => rel === "http://nodeinfo.diaspora.software/ns/schema/2.1");
  return { nodeInfo: parseNodeInfo(await json(href), { tryBestEffort: false }) };
}

async function json(url) {
  const response = await fetch(url);
  return await response.json();
}

/** {present, verified, keys}: whether every FEP-8b32 proof of `document` holds, with keys fetched now. */
export async function examineProofs(context, { document, by }) {
  if (!hasProofLike(document)) return { present: false, verified: false, keys: [] };
  const options = { documentLoader: await context.getDocumentLoader({ identifier: by }), contextLoader: context.contextLoader };
  const { signature: _unsignedByProof, ...proven } = document;
  const object = await ActivityObject.fromJsonLd(proven, options);
  const keys = [];
  for await (const proof of object.getProofs(options)) {
    const key = await verifyProof(proven, proof, options);
    keys.push({ verified: key != null, method: proof.verificationMethodId?.href ?? null, controller: key?.controllerId?.href ?? null });
  }
  return { present: true, verified: keys.length > 0 && keys.every((key) => key.verified), keys };
}
