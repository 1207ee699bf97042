// Passkeys: fetches what to ask the device, asks it, and sends the answer with the form that stands around. Without it there are passwords.

const places = document.querySelectorAll("[data-passkey]");

const bytesOf = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
};

const textOf = (buffer) => {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: bytesOf(one.id) }));

async function fetchOptions(place, form) {
  const response = await fetch(place.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (response.redirected) {
    // The session has ended, or its person is asked once more who they are.
    window.location.assign(response.url);
    return new Promise(() => {});
  }
  if (!response.ok || !response.headers.get("content-type")?.startsWith("application/json")) {
    throw new Error("no options");
  }
  return response.json();
}

async function useKey(options) {
  const asked = { ...options, challenge: bytesOf(options.challenge), allowCredentials: withBytes(options.allowCredentials) };
  const given = await navigator.credentials.get({ publicKey: asked });
  return {
    id: given.id,
    rawId: textOf(given.rawId),
    type: given.type,
    response: {
      authenticatorData: textOf(given.response.authenticatorData),
      clientDataJSON: textOf(given.response.clientDataJSON),
      signature: textOf(given.response.signature),
      userHandle: given.response.userHandle ? textOf(given.response.userHandle) : null,
    },
  };
}

async function makeKey(options) {
  const asked = {
    ...options,
    challenge: bytesOf(options.challenge),
    user: { ...options.user, id: bytesOf(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey: asked });
  return {
    id: made.id,
    rawId: textOf(made.rawId),
    type: made.type,
    response: {
      attestationObject: textOf(made.response.attestationObject),
      clientDataJSON: textOf(made.response.clientDataJSON),
      transports: made.response.getTransports?.() ?? [],
    },
  };
}

function prepare(place) {
  const form = place.closest("form");
  const answer = place.querySelector("[name=answer]");
  const wrong = place.querySelector("[data-passkey-wrong]");
  place.hidden = false;
  form.querySelectorAll("[data-passkey-missing]").forEach((words) => { words.hidden = true; });
  form.addEventListener("submit", async (event) => {
    const isOurs = event.submitter ? place.contains(event.submitter) : place.dataset.passkey !== "join";
    if (!isOurs || answer.value) {
      return;
    }
    event.preventDefault();
    wrong.hidden = true;
    try {
      const options = await fetchOptions(place, form);
      answer.value = JSON.stringify(place.dataset.passkey === "sign-in" ? await useKey(options) : await makeKey(options));
      form.submit();
    } catch {
      answer.value = "";
      wrong.hidden = false;
    }
  });
}

if (window.PublicKeyCredential && window.isSecureContext) {
  places.forEach(prepare);
}
