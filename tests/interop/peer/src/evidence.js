// How an incoming activity was authenticated: by which signature Fedify let it in, and whether each signature it carries holds.
// Fedify stops at the first that holds (Linked Data, then proof, then HTTP), so the others are verified once more here.

import { AsyncLocalStorage } from "node:async_hooks";
import { detachSignature, hasProofLike, hasSignatureLike, verifyJsonLd, verifyObject, verifyRequestDetailed } from "@fedify/fedify";
import { Activity } from "@fedify/vocab";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { keyIdOf, schemeOf } from "./signature_headers.js";

/** Per request: {processed, refusal, verdict}, filled while Fedify handles it. */
export const delivery = new AsyncLocalStorage();

/** A tracer through which Fedify tells what it verified; the span and its event are part of its documented telemetry. */
export function telemetry() {
  return new BasicTracerProvider({
    spanProcessors: [{ onStart() {}, onEnd: noteVerdict, forceFlush: async () => {}, shutdown: async () => {} }],
  });
}

function noteVerdict(span) {
  const store = delivery.getStore();
  if (store == null || span.name !== "activitypub.inbox") return;
  const event = span.events.find((one) => one.name === "activitypub.activity.received");
  store.verdict = event?.attributes ?? null;
  store.refusal ??= span.status.message ?? null;
}

/** "linked-data", "proof" or "http"; null when Fedify let it in by none of them. */
export function authenticatedBy(verdict) {
  if (!verdict?.["activitypub.activity.verified"]) return null;
  if (verdict["ld_signatures.verified"]) return "linked-data";
  return verdict["http_signatures.verified"] ? "http" : "proof";
}

/** Verifies each signature on its own with Fedify's functions. Keeps the keys it fetched; one that changed is fetched again. */
export class Verifier {
  #keys = new Map();

  forget() {
    this.#keys.clear();
  }

  async examine(request, document, context) {
    const keyCache = {
      get: async (id) => this.#keys.get(id.href),
      set: async (id, key) => void (key == null ? this.#keys.delete(id.href) : this.#keys.set(id.href, key)),
    };
    const { documentLoader, contextLoader } = context;
    const options = { documentLoader, contextLoader, keyCache };
    return {
      http: await this.#http(request, options),
      proof: await this.#verdict(hasProofLike(document), () => verifyObject(Activity, detachSignature(document), options)),
      linkedData: await this.#verdict(hasSignatureLike(document), () => verifyJsonLd(document, options)),
    };
  }

  async #http(request, options) {
    const scheme = schemeOf(request.headers);
    if (scheme === "unsigned") return { scheme, keyId: null, verified: false, reason: "absent" };
    const keyId = keyIdOf(request.headers);
    try {
      const result = await verifyRequestDetailed(request, options);
      return { scheme, keyId, verified: result.verified, reason: result.verified ? null : result.reason.type };
    } catch (error) {
      return { scheme, keyId, verified: false, reason: String(error) };
    }
  }

  /** `verify` answers something truthy when the signature holds. */
  async #verdict(present, verify) {
    if (!present) return { verified: false, reason: "absent" };
    try {
      return (await verify()) ? { verified: true, reason: null } : { verified: false, reason: "invalid" };
    } catch (error) {
      return { verified: false, reason: String(error) };
    }
  }
}
