// Shows the colours of the preview while they are chosen. Without it the button "Only show the colours" does the same.

const sheet = document.querySelector("link[data-preview]");
const fields = ["colour", "accent"].map((name) => document.getElementById(name));

function show() {
  const [colour, accent] = fields.map((field) => encodeURIComponent(field.value));
  const next = sheet.cloneNode();
  next.href = `/site/look/preview.css?colour=${colour}&accent=${accent}`;
  // The old colours stay until the new ones are there, so that nothing flickers.
  next.addEventListener("load", () => next.previousElementSibling?.matches("link[data-preview]") && next.previousElementSibling.remove());
  [...document.querySelectorAll("link[data-preview]")].at(-1).after(next);
}

let wait;
for (const field of fields) {
  field.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(show, 150);
  });
}
