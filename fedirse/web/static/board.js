// Keeps the board of an announcement as it is now: the server sends its changed parts, this puts them into the page.
// Without this file the page is what it was when it was opened, and says so.

const shown = document.querySelector("[data-live]");
const said = document.querySelector("[data-live-said]");
const still = document.querySelector("[data-live-still]");
const following = document.querySelector("[data-live-on]");
const print = document.querySelector("[data-print]");
const QUIET = 10_000;
const AGAIN = 60_000;
let source = null;
let waiting = null;
let toldAt = 0;
let told = shown?.querySelector("[data-said]")?.dataset.said;

function follows(yes) {
  still.hidden = yes;
  following.hidden = !yes;
}

// Somebody who listens hears the sums, not more often than they can be listened to.
function tell() {
  const words = shown.querySelector("[data-said]")?.dataset.said;
  if (!words || words === told) return;
  const wait = toldAt + QUIET - Date.now();
  if (wait > 0) {
    setTimeout(tell, wait);
    return;
  }
  told = said.textContent = words;
  toldAt = Date.now();
}

function rows() {
  return new Map([...shown.querySelectorAll("[data-site]")].map((row) => [row.dataset.site, row.textContent]));
}

function show(html) {
  const before = rows();
  const focused = shown.contains(document.activeElement) ? document.activeElement : null;
  const place = focused && { id: focused.id, action: focused.closest("form")?.getAttribute("action") };
  shown.replaceChildren(document.createRange().createContextualFragment(html));
  for (const row of shown.querySelectorAll("[data-site]")) {
    if (before.get(row.dataset.site) !== row.textContent) row.classList.add("board-changed");
  }
  if (place) (place.id ? document.getElementById(place.id) : shown.querySelector(`form[action="${place.action}"] button`))?.focus({ preventScroll: true });
  tell();
}

// An open list of choices would close under the hand of whoever chooses.
function isChoosing() {
  return document.activeElement instanceof HTMLSelectElement && shown.contains(document.activeElement);
}

function arrived(event) {
  shown.dataset.mark = event.lastEventId;
  waiting = event.data;
  if (!isChoosing()) showWaiting();
}

function showWaiting() {
  if (waiting === null) return;
  const html = waiting;
  waiting = null;
  show(html);
}

function close() {
  source?.close();
  source = null;
}

function open() {
  if (source || document.hidden) return;
  const address = new URL(shown.dataset.live, location.href);
  address.searchParams.set("mark", shown.dataset.mark);
  source = new EventSource(address);
  source.addEventListener("stand", arrived);
  source.addEventListener("ended", () => {
    close();
    follows(false);
  });
  source.addEventListener("open", () => follows(true));
  source.addEventListener("error", () => {
    follows(false);
    // Refused, not interrupted: the browser does not try that again by itself.
    if (source?.readyState === EventSource.CLOSED) {
      close();
      setTimeout(open, AGAIN);
    }
  });
}

if (shown) {
  shown.addEventListener("focusout", () => setTimeout(() => isChoosing() || showWaiting()));
  // A page that nobody sees holds no connection: a browser has few for one site.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  open();
}

if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
