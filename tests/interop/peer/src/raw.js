// Sends exactly the JSON it is given, which Fedify would have written differently, signed by an actor's key as asked.

import { signJsonLd, signRequest } from "@fedify/fedify";
import { encodeMultibase } from "@fedify/vocab-runtime";
import { Temporal } from "@js-temporal/polyfill";
import { Problem } from "./problem.js";

const SPECIFICATIONS = { cavage: "draft-cavage-http-signatures-12", rfc9421: "rfc9421" };
const WITHOUT_HTTP = new Set(["proof-only", "ld-only", "none"]);

/**
 * Post `activity` to `inbox` and return the answer {status, headers, body, sent}.
 *
 * `scheme` is cavage, rfc9421, proof-only, ld-only or none; `proof` and `linkedData` add those signatures to an HTTP one. `date` (ISO
 * 8601) is the time of signing. `tampered` is sent instead of what was signed. `algorithm` is what a cavage signature says about itself
 * instead of rsa-sha256; nothing when it is empty. The signature does not cover it. `forged` spoils the HTTP signature and nothing else.
 */
export async function sendRaw(context, given) {
  const { inbox, activity, scheme, proof, linkedData, date, tampered, contentType, algorithm, forged, by } = given;
  if (!(scheme in SPECIFICATIONS) && !WITHOUT_HTTP.has(scheme)) throw new Problem(400, `unknown scheme ${scheme}`);
  const when = instant(date);
  const [rsa, ed25519] = await context.getActorKeyPairs(by);
  let document = activity;
  if (proof || scheme === "proof-only") document = { ...document, proof: await createProof(document, ed25519, when) };
  if (linkedData || scheme === "ld-only") document = await signJsonLd(document, rsa.privateKey, rsa.keyId, context);
  const request = await signed(inbox, JSON.stringify(document), { scheme, contentType, rsa, when });
  if (algorithm != null) restate(request.headers, algorithm);
  if (forged) spoil(request.headers);
  const response = tampered == null ? await fetch(request) : await fetch(new Request(request, { body: JSON.stringify(tampered) }));
  const { status, headers } = response;
  return { status, headers: Object.fromEntries(headers), body: await response.text(), sent: tampered ?? document };
}

async function signed(inbox, body, { scheme, contentType, rsa, when }) {
  const request = new Request(inbox, { method: "POST", headers: { "Content-Type": contentType }, body });
  const spec = SPECIFICATIONS[scheme];
  return spec == null ? request : await signRequest(request, rsa.privateKey, rsa.keyId, { spec, currentTime: when });
}

function restate(headers, algorithm) {
  const statement = algorithm === "" ? "" : `algorithm="${algorithm}",`;
  headers.set("Signature", headers.get("Signature").replace('algorithm="rsa-sha256",', statement));
}

/** Change the first character of the signature's Base64, which is that of the first six of its bits. */
function spoil(headers) {
  const change = (_match, before, character) => before + (character === "A" ? "B" : "A");
  headers.set("Signature", headers.get("Signature").replace(/(signature="|=:)(.)/, change));
}

/** The moment in whole seconds: a verifier that parses `created` and writes it again may drop trailing zeros of a fraction. */
function instant(date) {
  const moment = date == null ? Temporal.Now.instant() : Temporal.Instant.from(date);
  return moment.round({ smallestUnit: "second" });
}

/** An eddsa-jcs-2022 proof over the document as it stands (FEP-8b32; Data Integrity EdDSA Cryptosuites section 3.3). */
async function createProof(document, { privateKey, multikey }, when) {
  const options = {
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    verificationMethod: multikey.id.href,
    proofPurpose: "assertionMethod",
    created: when.toString(),
  };
  const configuration = document["@context"] == null ? options : { "@context": document["@context"], ...options };
  const hashed = Buffer.concat([await sha256(canonical(configuration)), await sha256(canonical(document))]);
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, hashed));
  return { ...options, proofValue: new TextDecoder().decode(encodeMultibase("base58btc", signature)) };
}

async function sha256(text) {
  return Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** JSON Canonicalization Scheme (RFC 8785), which is defined by how JavaScript writes strings and numbers and orders names. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}
