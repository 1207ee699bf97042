// What the headers of a request claim about its signature. Verifies nothing.

/** "rfc9421" (Signature-Input), "cavage" (draft-cavage-http-signatures, also in Authorization) or "unsigned". */
export function schemeOf(headers) {
  if (headers.has("signature-input")) return "rfc9421";
  return cavageParameters(headers) == null ? "unsigned" : "cavage";
}

/** The key id as claimed, or null. */
export function keyIdOf(headers) {
  const parameters = headers.get("signature-input") ?? cavageParameters(headers);
  return parameters?.match(/key_?id="([^"]*)"/i)?.[1] ?? null;
}

function cavageParameters(headers) {
  const authorization = headers.get("authorization");
  if (authorization?.startsWith("Signature ")) return authorization;
  return headers.get("signature");
}
