// At home: the script of the composer is fetched when the composer is opened, and the link to new posts says when there are any.
// Without this file the composer is a form, and the link loads the page again.

const EVERY = 60000;

const composer = document.querySelector("details[data-script]");
composer?.addEventListener("toggle", () => {
  import(composer.dataset.script);
  composer.querySelector("textarea")?.focus();
}, { once: true });

const news = document.querySelector("[data-news]");

async function look() {
  if (document.hidden) return;
  const response = await fetch(`/newer-posts?after=${news.dataset.news}`, { headers: { accept: "application/json" } });
  // Signed out meanwhile: whoever follows the link is asked to sign in again.
  if (response.redirected || !response.ok) return clearInterval(timer);
  const { count } = await response.json();
  if (count) news.textContent = count === 1 ? news.dataset.one : news.dataset.several;
}

// A lost connection is no news.
const timer = news ? setInterval(() => look().catch(() => {}), EVERY) : 0;
