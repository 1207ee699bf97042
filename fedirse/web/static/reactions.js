// Likes, boosts and bookmarks without leaving the page, and menus that close again. Without this file each button is a form that comes
// back to the same post, and the menus open and close by themselves.

const words = document.querySelector("script[data-reactions]")?.dataset ?? {};
const STATES = { like: "liked", boost: "boosted", bookmark: "bookmarked" };
const COUNTS = { like: "likes", boost: "boosts" };
// Those under a post, and that of the account.
const MENUS = "details.act-more[open], details.menu[open]";
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
  setTimeout(() => { voice.textContent = sentence ?? ""; }, 50);
  quiet = setTimeout(() => { voice.className = "sr"; voice.textContent = ""; }, SHOWN_FOR);
}

// The same post may stand on a page twice.
function show(post, reaction, pressed, count) {
  for (const button of document.querySelectorAll(`form[data-post="${CSS.escape(post)}"] button[data-reaction="${reaction}"]`)) {
    button.setAttribute("aria-pressed", String(pressed));
    button.setAttribute("formaction", `/posts/${post}/${pressed ? "un" : ""}${reaction}`);
    if (count !== undefined) button.querySelector(".act-count").textContent = count;
  }
}

function showAll(post, state) {
  for (const [reaction, name] of Object.entries(STATES)) show(post, reaction, state[name], state[COUNTS[reaction]]);
}

async function ask(form, button) {
  const response = await fetch(button.getAttribute("formaction"), {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { accept: "application/json" },
    // Who goes on to another page at once has still done it.
    keepalive: true,
  });
  return { signedOut: response.redirected, state: response.ok && !response.redirected ? await response.json() : null };
}

async function react(form, button) {
  const { post } = form.dataset;
  const { reaction } = button.dataset;
  const pressed = button.getAttribute("aria-pressed") === "true";
  const key = `${post} ${reaction}`;
  if (busy.has(key)) return;
  busy.add(key);
  // Asked before the page shows what is hoped for: showing it changes where the button sends to.
  const asked = ask(form, button);
  show(post, reaction, !pressed);
  try {
    const { signedOut, state } = await asked;
    if (state) {
      showAll(post, state);
      say(state.says);
      return;
    }
    show(post, reaction, pressed);
    if (signedOut) location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
    else say(words.failed, { seen: true });
  } catch {
    show(post, reaction, pressed);
    say(words.failed, { seen: true });
  } finally {
    busy.delete(key);
  }
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!event.target.matches("form[data-post]") || !(button?.dataset.reaction in STATES) || event.defaultPrevented) return;
  event.preventDefault();
  react(event.target, button);
});

// The second click of a double click means nothing, also when the first was answered meanwhile.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("button[data-reaction]")) event.preventDefault();
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-link]");
  if (link && navigator.clipboard && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(link.dataset.copy ?? link.href);
      link.closest("details").open = false;
      say(words.copied, { seen: true });
    } catch {
      location.assign(link.href);
    }
  }
  for (const menu of document.querySelectorAll(MENUS)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" ? event.target.closest?.(MENUS) : null;
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
