// The composer with a script: says how many bytes are left, saves drafts, sends files at once, suggests names and tags.
// Every page works without it.

const SAVE_AFTER = 3000;
const ASK_AFTER = 180;
const WORD = /(?:^|[\s(])([@#][\p{L}\p{N}_.@-]{1,80})$/u;

const composers = [...document.querySelectorAll("[data-composer]")].map(start);
for (const leave of document.querySelectorAll('form[action="/sign-out"]')) {
  leave.addEventListener("submit", (event) => {
    event.preventDefault();
    tidyUp().finally(() => leave.submit());
  });
}

function start(box) {
  const form = box.querySelector("form");
  const words = box.querySelector("[data-composer-words]").dataset;
  const text = form.querySelector("[data-composer-text]");
  const state = form.querySelector("[data-state]");
  const composer = { box, form, words, text, state, line: Promise.resolve(), timer: 0, busy: 0, changed: false, leaving: false };

  countBytes(composer);
  text.addEventListener("input", () => countBytes(composer));
  if (field(form, "draft")) {
    form.addEventListener("input", () => noteChange(composer));
    offerLocalCopy(composer);
  }
  form.addEventListener("submit", (event) => {
    // What opens beside this page, as the preview of an announcement does, does not leave it: drafts are saved as before.
    composer.leaving = event.submitter?.formTarget !== "_blank";
    if (composer.leaving) {
      clearTimeout(composer.timer);
    }
    if (composer.busy) {
      // What is on its way first: the site would take it for another tab's.
      event.preventDefault();
      composer.line.then(() => form.requestSubmit(event.submitter));
    }
  });
  window.addEventListener("pageshow", () => {
    composer.leaving = false;
  });
  takeFiles(composer);
  suggest(composer);
  return composer;
}

function countBytes({ text, words, form }) {
  const most = Number(words.most);
  const left = most - new TextEncoder().encode(text.value).length;
  const shown = form.querySelector("[data-left]");
  shown.toggleAttribute("data-over", left < 0);
  shown.textContent = left < most / 10 ? (left < 0 ? words.over : words.left).replace("{count}", String(Math.abs(left))) : "";
}

// Drafts: saved a while after the last change, one request after the other.

function field(form, name) {
  return form.querySelector(`input[name="${name}"]`);
}

function noteChange(composer) {
  composer.changed = true;
  keepLocalCopy(composer);
  clearTimeout(composer.timer);
  composer.timer = setTimeout(() => save(composer), SAVE_AFTER);
}

function save(composer) {
  follow(composer, () => saveNow(composer));
}

function follow(composer, deed) {
  composer.busy += 1;
  composer.line = composer.line.then(deed).catch(() => {
    composer.state.textContent = composer.words.failed;
  }).finally(() => {
    composer.busy -= 1;
  });
}

async function saveNow(composer) {
  const { form, state, words } = composer;
  if (!composer.changed || composer.leaving || (field(form, "version").value === "0" && !saysSomething(composer))) {
    return;
  }
  composer.changed = false;
  const sent = new FormData(form);
  sent.delete("files");
  try {
    const response = await fetch(`${words.drafts}/${field(form, "draft").value}`, {
      method: "POST", body: sent, headers: { accept: "application/json" }, redirect: "error",
    });
    const told = await response.json();
    if (told.draft) {
      name(composer, told.draft, told.version);
      if (!composer.changed) {
        forgetLocalCopy(composer);
      }
    } else {
      composer.changed = true;
    }
    state.textContent = told.sentence || words.saved;
  } catch {
    composer.changed = true;
    state.textContent = words.unsaved;
    composer.timer = setTimeout(() => save(composer), 4 * SAVE_AFTER);
  }
}

function saysSomething({ form, text }) {
  return Boolean(text.value.trim() || field(form, "title")?.value.trim());
}

function name({ form, words }, draft, version) {
  field(form, "draft").value = draft;
  field(form, "version").value = String(version);
  for (const button of form.querySelectorAll(`[formaction^="${words.drafts}/"]`)) {
    button.setAttribute("formaction", `${words.drafts}/${draft}`);
  }
}

// A copy in this browser, for as long as the site does not have what was typed.

function localName({ words, form }) {
  // Of another page than that of posts, the page stands in the place of what is answered.
  return `composer:${words.who}:${words.page === "/compose" ? field(form, "reply_to")?.value || "" : words.page}`;
}

function keepLocalCopy(composer) {
  try {
    const [draft, version] = ["draft", "version"].map((each) => field(composer.form, each).value);
    localStorage.setItem(localName(composer), JSON.stringify({ text: composer.text.value, draft, version, typed: typedIn(composer) }));
  } catch {
    // Without room or permission there is no copy.
  }
}

// What was typed and chosen in each field, by its name; files and hidden fields are not typed.
function typedIn({ form }) {
  const typed = {};
  for (const each of form.elements) {
    if (each.name && !["hidden", "file", "submit"].includes(each.type) && (each.checked || !["radio", "checkbox"].includes(each.type))) {
      typed[each.name] = [...(typed[each.name] || []), each.value];
    }
  }
  return typed;
}

function typeInto({ form }, typed) {
  const left = structuredClone(typed);
  for (const each of form.elements) {
    if (!each.name || ["hidden", "file", "submit"].includes(each.type)) {
      continue;
    }
    if (["radio", "checkbox"].includes(each.type)) {
      each.checked = Boolean(typed[each.name]?.includes(each.value));
    } else if (left[each.name]?.length) {
      each.value = left[each.name].shift();
      if (each.tagName === "INPUT" && each.value) {
        each.closest("details")?.setAttribute("open", "");
      }
    }
  }
}

function forgetLocalCopy(composer) {
  try {
    localStorage.removeItem(localName(composer));
  } catch {
    // Nothing was kept.
  }
}

// Before a sign-out: what was just typed becomes a draft, and no copy stays for the next person at this browser. The answer to the
// sign-out clears them too, in browsers that know how.

async function tidyUp() {
  for (const composer of composers) {
    clearTimeout(composer.timer);
    save(composer);
  }
  const saved = Promise.all(composers.map((composer) => composer.line));
  await Promise.race([saved, new Promise((done) => setTimeout(done, SAVE_AFTER))]);
  if (!composers.some((composer) => composer.changed)) {
    forgetLocalCopies();
  }
}

function forgetLocalCopies() {
  try {
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith("composer:"))) {
      localStorage.removeItem(name);
    }
  } catch {
    // Nothing was kept.
  }
}

async function offerLocalCopy(composer) {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(localName(composer)));
  } catch {
    return;
  }
  if (!kept || typeof kept.text !== "string" || isHere(composer, kept)) {
    return;
  }
  if (await wasPublished(composer, kept.draft)) {
    forgetLocalCopy(composer);
    return;
  }
  const notice = document.createElement("p");
  notice.className = "composer-found";
  notice.setAttribute("role", "status");
  const button = (label, deed) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button-small";
    made.textContent = label;
    made.addEventListener("click", () => {
      deed();
      notice.remove();
      composer.text.focus();
    });
    return made;
  };
  notice.append(
    composer.words.found, " ",
    button(composer.words.restore, () => {
      composer.text.value = kept.text;
      typeInto(composer, kept.typed || {});
      if (kept.draft && !composer.text.defaultValue.trim()) {
        // The same draft, so that what was published after all is not published twice.
        name(composer, kept.draft, kept.version);
      }
      countBytes(composer);
      noteChange(composer);
    }),
    button(composer.words.forget, () => forgetLocalCopy(composer)),
  );
  composer.form.before(notice);
}

// Whether nothing would be lost without the copy.
function isHere({ form, text }, kept) {
  const title = (kept.typed?.title || [""])[0];
  const said = Boolean(kept.text.trim() || title.trim());
  return !said || (kept.text === text.value && title === (field(form, "title")?.value || ""));
}

async function wasPublished({ words }, draft) {
  try {
    // What is published leads on to its post.
    const answer = await fetch(`${words.page}?draft=${encodeURIComponent(draft)}`, { redirect: "manual" });
    return answer.type === "opaqueredirect";
  } catch {
    return false;
  }
}

// Files: sent when they are chosen, dropped or pasted; the list comes back from the site as it would without a script.

function takeFiles(composer) {
  const { form, text } = composer;
  form.addEventListener("change", (event) => {
    if (event.target.name === "files" && event.target.files.length) {
      send(composer, [...event.target.files]);
    }
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest('[data-files] button[name]');
    if (button) {
      event.preventDefault();
      send(composer, [], button);
    }
  });
  if (!form.querySelector("[data-files]")) {
    return;
  }
  text.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) {
      event.preventDefault();
      send(composer, [...event.clipboardData.files]);
    }
  });
  form.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) {
      event.preventDefault();
      form.classList.add("composer-drop");
    }
  });
  form.addEventListener("dragleave", () => form.classList.remove("composer-drop"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("composer-drop");
    if (event.dataTransfer.files.length) {
      event.preventDefault();
      send(composer, [...event.dataTransfer.files]);
    }
  });
}

function send(composer, files, button) {
  follow(composer, () => sendNow(composer, files, button));
}

function sendNow(composer, files, button) {
  const { form, state, words } = composer;
  const sent = new FormData(form);
  sent.delete("files");
  files.forEach((file) => sent.append("files", file, file.name));
  sent.append(button ? button.name : "add", button ? button.value : "1");
  const target = form.querySelector("[data-files] [formaction]").getAttribute("formaction");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", target);
    request.responseType = "document";
    request.upload.addEventListener("progress", (event) => {
      state.textContent = words.sending.replace("{count}", String(Math.floor((100 * event.loaded) / event.total)));
    });
    request.addEventListener("error", reject);
    request.addEventListener("load", () => {
      const page = request.responseXML;
      const fresh = page && page.querySelector("[data-files]");
      if (!fresh) {
        reject(new Error("no composer came back"));
        return;
      }
      showFiles(composer, fresh);
      const draft = page.querySelector('[data-composer] input[name="draft"]');
      if (draft && field(form, "draft")) {
        name(composer, draft.value, page.querySelector('[data-composer] input[name="version"]').value);
      }
      state.textContent = page.querySelector("[data-files] .field-error")?.textContent.trim() || "";
      resolve();
    });
    request.send(sent);
  });
}

function showFiles({ form }, fresh) {
  // What was typed into a description while files were under way stays.
  for (const typed of form.querySelectorAll("[data-files] textarea")) {
    const area = fresh.querySelector(`#${CSS.escape(typed.id)}`);
    if (area) {
      area.value = typed.value;
    }
  }
  const old = form.querySelector("[data-files]");
  old.replaceWith(document.adoptNode(fresh));
  const last = [...fresh.querySelectorAll("textarea")].pop();
  (last || fresh.querySelector("input[type=file]")).focus();
}

// Suggestions for @names and #tags: a combobox with a list (ARIA 1.2).

function suggest(composer) {
  const { text, words } = composer;
  const list = document.createElement("ul");
  list.id = "composer-suggestions";
  list.className = "composer-suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.names);
  list.hidden = true;
  text.after(list);
  text.setAttribute("role", "combobox");
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", list.id);
  text.setAttribute("aria-expanded", "false");
  let timer = 0;
  let asked = "";
  let chosen = -1;

  const close = () => {
    asked = "";
    chosen = -1;
    list.hidden = true;
    list.replaceChildren();
    text.setAttribute("aria-expanded", "false");
    text.removeAttribute("aria-activedescendant");
  };
  const typed = () => WORD.exec(text.value.slice(0, text.selectionStart))?.[1] || "";
  const choose = (index) => {
    chosen = index;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    text.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    const end = text.selectionStart;
    text.setRangeText(`${option.dataset.value} `, end - typed().length, end, "end");
    close();
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const show = (found) => {
    list.replaceChildren(...found.map((each, place) => {
      const option = document.createElement("li");
      option.id = `composer-suggestion-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.value = each.value;
      const strong = document.createElement("bdi");
      strong.textContent = each.label;
      const more = document.createElement("span");
      more.className = "quiet";
      more.textContent = each.value;
      option.append(strong, ...(each.label === each.value ? [] : [" ", more]));
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(option);
      });
      return option;
    }));
    list.hidden = !found.length;
    text.setAttribute("aria-expanded", String(found.length > 0));
    if (found.length) {
      choose(0);
    } else {
      close();
    }
  };
  const ask = async (word) => {
    const path = word.startsWith("#") ? "/completion/tags" : "/completion/names";
    try {
      const response = await fetch(`${path}?q=${encodeURIComponent(word.slice(1))}`, { headers: { accept: "application/json" }, redirect: "error" });
      const found = response.ok ? suggestions(word, await response.json()) : [];
      if (asked === word) {
        show(found);
      }
    } catch {
      close();
    }
  };

  text.addEventListener("input", () => {
    clearTimeout(timer);
    const word = typed();
    if (word.length < 2) {
      close();
      return;
    }
    asked = word;
    timer = setTimeout(() => ask(word), ASK_AFTER);
  });
  text.addEventListener("blur", close);
  text.addEventListener("keydown", (event) => {
    if (list.hidden) {
      return;
    }
    const count = list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      choose((chosen + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    } else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) {
      take(list.children[chosen]);
    } else if (event.key === "Escape") {
      close();
    } else {
      return;
    }
    event.preventDefault();
  });
}

function suggestions(word, told) {
  if (word.startsWith("#")) {
    return told.tags.map(({ tag }) => ({ value: `#${tag}`, label: `#${tag}` }));
  }
  return told.names.map(({ mention, name: label }) => ({ value: mention, label: label || mention }));
}
