// Likes, boosts and bookmarks without leaving the page, and menus that close again. Without this file each button is a form that comes
// back to the same post, and the menus open and close by themselves.

const words = document.querySelector("script[data-reactions]")?.dataset ?? {};
const STATES = { like: "liked", boost: "boosted", bookmark: "bookmarked" };
const COUNTS = { like: "likes", boost: "boosts" };
const SHOWN_FOR = 5000;
const busy = new Set();

const voice = document.createElement("p");
voice.className = "sr";
voice.setAttribute("role", "status");
document.body.append(voice);
let quiet = 0;

function say(sentence, { seen = false } = {}) {
  clearTimeout(quiet);
  voice.className = seen ? "toast" : "sr";
  // Emptied first, so that the same sentence is said again.
  voice.textContent = "";
  requestAnimationFrame(() => { voice.textContent = sentence ?? ""; });
  quiet = setTimeout(() => { voice.className = "sr"; voice.textContent = ""; }, SHOWN_FOR);
}

// The same post may stand on a page twice.
function formsOf(post, reaction) {
  return document.querySelectorAll(`[data-post="${CSS.escape(post)}"] form[data-reaction="${reaction}"]`);
}

function show(post, reaction, pressed, count) {
  for (const form of formsOf(post, reaction)) {
    form.querySelector("button").setAttribute("aria-pressed", String(pressed));
    form.setAttribute("action", `/posts/${post}/${pressed ? "un" : ""}${reaction}`);
    if (count !== undefined) form.querySelector(".act-count").textContent = count;
  }
}

function showAll(post, state) {
  for (const [reaction, name] of Object.entries(STATES)) show(post, reaction, state[name], state[COUNTS[reaction]]);
}

async function ask(form) {
  const response = await fetch(form.getAttribute("action"), {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { accept: "application/json" },
  });
  return { signedOut: response.redirected, state: response.ok && !response.redirected ? await response.json() : null };
}

async function react(form, post, reaction) {
  const pressed = form.querySelector("button").getAttribute("aria-pressed") === "true";
  const key = `${post} ${reaction}`;
  if (busy.has(key)) return;
  busy.add(key);
  // Asked before the page shows what is hoped for: showing it changes where the form is sent.
  const asked = ask(form);
  show(post, reaction, !pressed);
  try {
    const { signedOut, state } = await asked;
    if (state) {
      showAll(post, state);
      say(state.says);
      return;
    }
    show(post, reaction, pressed);
    if (signedOut) form.submit();
    else say(words.failed, { seen: true });
  } catch {
    show(post, reaction, pressed);
    say(words.failed, { seen: true });
  } finally {
    busy.delete(key);
  }
}

document.addEventListener("submit", (event) => {
  const reaction = event.target.dataset.reaction;
  const post = event.target.closest("[data-post]")?.dataset.post;
  if (!(reaction in STATES) || !post || event.defaultPrevented) return;
  event.preventDefault();
  react(event.target, post, reaction);
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copy]");
  if (link && navigator.clipboard && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(link.dataset.copy);
      link.closest("details").open = false;
      say(words.copied, { seen: true });
    } catch {
      location.assign(link.href);
    }
  }
  for (const menu of document.querySelectorAll("details.act-more[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" ? event.target.closest?.("details.act-more[open]") : null;
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
