// Carries the whole link of an invitation, with the part after # that no server gets, over to the site that somebody names.
// Without it the link is copied by hand, as the page says.

const form = document.querySelector("form[data-carry]");

function target(typed) {
  const address = new URL(/^https?:\/\//i.test(typed) ? typed : `${location.protocol}//${typed}`);
  const link = location.origin + location.pathname + location.hash;
  return `${address.origin}/site/network/join?${new URLSearchParams({ invitation: link })}`;
}

form?.addEventListener("submit", (event) => {
  const typed = form.elements.site.value.trim();
  // What is no address, or a link that has lost its end, is for the page to say.
  if (!typed || !location.hash) return;
  try {
    const to = target(typed);
    event.preventDefault();
    location.assign(to);
  } catch {}
});
