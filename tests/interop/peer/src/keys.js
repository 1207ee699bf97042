// Key pairs of an actor, in the order in which Fedify numbers them: RSA first (#main-key), then Ed25519.

const RSA = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };

export async function newKeyPairs() {
  const usages = ["sign", "verify"];
  return await Promise.all([crypto.subtle.generateKey(RSA, true, usages), crypto.subtle.generateKey("Ed25519", true, usages)]);
}
