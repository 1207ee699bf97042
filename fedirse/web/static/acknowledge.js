// Keeps « J'ai lu et compris » in the browser while there is no connection, and sends it when there is one again.
// Without this file the button is a form, and a lost connection is the browser's to tell.

const KEY = "fedirse.acknowledgements";

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || [];
  } catch {
    return [];
  }
}

function keep(list) {
  if (list.length) localStorage.setItem(KEY, JSON.stringify(list));
  else localStorage.removeItem(KEY);
}

function say(form, words) {
  form.querySelector("[data-state]").textContent = words;
  form.querySelector("button").disabled = true;
}

// What the server made of it: "done", "refused" for good; "later" without a connection, "anew" where the page is too old or nobody is signed in.
async function send(action, version, token) {
  const body = new URLSearchParams({ form_token: token, version });
  try {
    const response = await fetch(action, { method: "POST", body });
    if (response.status >= 500) return "later";
    if (response.status === 403 || new URL(response.url).pathname === "/sign-in") return "anew";
    return response.ok ? "done" : "refused";
  } catch {
    return "later";
  }
}

// Of several tabs one sends: what it has in hand is no longer kept, and is kept again if it could not be sent.
async function sendKept(who, token) {
  const own = kept().filter((one) => one.who === who);
  keep(kept().filter((one) => one.who !== who));
  const left = [];
  for (const one of own) if (["later", "anew"].includes(await send(one.action, one.version, token))) left.push(one);
  if (left.length) keep([...kept(), ...left]);
  return own.length > left.length;
}

async function submitted(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const { action, version, who } = form.dataset;
  const result = await send(action, version, form.elements.form_token.value);
  if (result === "later" || result === "anew") {
    keep([...kept().filter((one) => one.action !== action || one.who !== who), { action, version, who }]);
  }
  // The page that comes says what is so now: that it is noted, why not, or that one signs in first. There it is sent.
  if (result === "later") say(form, form.dataset.kept);
  else location.reload();
}

const forms = [...document.querySelectorAll("form[data-acknowledge]")];
for (const form of forms) {
  form.addEventListener("submit", submitted);
  if (kept().some((one) => one.action === form.dataset.action && one.who === form.dataset.who)) say(form, form.dataset.kept);
}

const sender = document.querySelector("[data-acknowledger]");

async function tryAgain() {
  if (!sender || !kept().length) return;
  if (await sendKept(sender.dataset.who, sender.dataset.token)) location.reload();
}

addEventListener("online", tryAgain);
if (navigator.onLine) tryAgain();
