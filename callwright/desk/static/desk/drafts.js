// Notes and new callers are saved as they are typed. What is typed is kept in this browser until the server has it, so that a
// lost connection, a closed tab or a card that went away loses no word.

import { read } from "./reading.js";

const desk = document.getElementById("desk");
const WAIT_MS = 500;
const AGAIN_MS = 4000;
const ANSWER_WITHIN_MS = 15_000;
const ABANDONED_MS = 20_000; // another tab that is alive writes its draft anew each time it tries to save it
sessionStorage["desk-tab"] ??= Math.random().toString(36).slice(2);
const tab = sessionStorage["desk-tab"];
const timers = new WeakMap();
const saving = new WeakMap(); // one save of a form at a time: an older one must not come last
const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
const prefix = `desk-draft:${desk.dataset.user}:`;
const keyOf = (form) => prefix + form.dataset.save;
const valuesOf = (form) => new URLSearchParams(new FormData(form)).toString();
const WORDS = "textarea, input:not([type=checkbox], [type=hidden])";

function say(form, text) {
  const shown = form.querySelector("[data-save-state]") ?? form.closest("section")?.querySelector("[data-save-state]");
  if (shown) shown.textContent = text;
}

function keep(form) {
  const base = Object.fromEntries([...form.querySelectorAll(WORDS)].map((field) => [field.name, field.defaultValue]));
  try {
    localStorage.setItem(keyOf(form), JSON.stringify({ base, values: valuesOf(form), tab, at: Date.now() }));
  } catch {
    // The browser keeps nothing (full, or forbidden): then the server alone does.
  }
}

export function forgetDraft(form) {
  delete form.dataset.unsaved;
  localStorage.removeItem(keyOf(form));
}

function soon(form, wait) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), wait));
}

async function save(form) {
  clearTimeout(timers.get(form));
  if (saving.has(form)) return saving.set(form, "again");
  saving.set(form, "once");
  const answered = await send(form);
  const again = saving.get(form) === "again";
  saving.delete(form);
  if (!answered) soon(form, AGAIN_MS);
  else if (again && form.dataset.unsaved) save(form);
}

// Whether the server gave an answer that stands.
async function send(form) {
  const values = new URLSearchParams(new FormData(form));
  say(form, form.dataset.saving);
  try {
    const answer = await fetch(form.dataset.save, {
      method: "POST",
      body: values,
      headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      keepalive: true,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (answer.status === 422) refused(form, (await answer.json()).error);
    else if (answer.status === 404) forgetDraft(form); // no right to it any more
    else if (answer.ok) saved(form, values, await answer.json());
    else throw new Error(String(answer.status));
    return true;
  } catch {
    keep(form);
    say(form, form.dataset.failed);
    return false;
  }
}

function refused(form, reason) {
  say(form, reason);
  // A note stays until it is short enough; a caller whom somebody chose among the contacts needs no form.
  if (form.matches(".caller-form")) forgetDraft(form);
}

function saved(form, values, { contact, state }) {
  const isAll = valuesOf(form) === values.toString();
  if (contact && form.elements.contact) form.elements.contact.value = contact;
  for (const field of form.querySelectorAll(WORDS)) field.defaultValue = values.get(field.name) ?? ""; // what is kept now
  if (!isAll) return keep(form);
  forgetDraft(form);
  say(form, form.dataset.saved);
  form.dispatchEvent(new CustomEvent("desk:saved", { bubbles: true, detail: { state } }));
}

function changed(event) {
  const form = event.target.closest?.("form[data-save]");
  if (!form) return;
  form.dataset.unsaved = "true";
  say(form, form.dataset.saving); // "Saved" would not be true any more
  keep(form);
  soon(form, event.type === "change" && event.target.type === "checkbox" ? 0 : WAIT_MS);
}

document.addEventListener("input", changed);
document.addEventListener("change", changed);
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-save]");
  if (!form) return;
  event.preventDefault();
  save(form);
});
document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.("form[data-save][data-unsaved]");
  if (form) save(form);
});
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-add-caller]")?.closest("form[data-save]");
  if (form) save(form);
});
window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-save][data-unsaved]")) send(form);
});

function draftAt(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    const isMine = draft?.tab === tab || Date.now() - draft?.at > ABANDONED_MS;
    return draft && isMine ? draft : null;
  } catch {
    return null;
  }
}

// A draft that was left behind is put back and saved; where the words were changed elsewhere meanwhile, after those.
function restore(form) {
  const draft = form.dataset.unsaved ? null : draftAt(keyOf(form));
  if (!draft) return;
  const kept = new URLSearchParams(draft.values);
  for (const field of form.querySelectorAll(WORDS)) {
    const words = kept.get(field.name) ?? "";
    if (field.value === (draft.base?.[field.name] ?? "") || words.startsWith(field.value)) field.value = words;
    else if (field.matches("textarea") && !field.value.includes(words)) field.value += `\n${words}`;
  }
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = kept.getAll(box.name).includes(box.value);
  form.dataset.unsaved = "true";
  soon(form, 0);
}

// Those of calls whose cards do not stand here any more.
function restoreOthers() {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(prefix) && draftAt(one))) {
    const address = key.slice(prefix.length);
    const [, id, part] = address.match(/([0-9a-f-]{36})\/(note|caller)/) ?? [];
    if (!id || document.querySelector(`form[data-save="${CSS.escape(address)}"]`)) continue;
    const give = (parts) => {
      const form = parts.querySelector(`form[data-save="${CSS.escape(address)}"]`);
      if (form) restore(form);
      else localStorage.removeItem(key);
    };
    read(id, part === "note" ? "work" : "body", give, () => localStorage.removeItem(key));
  }
}

document.addEventListener("desk:opened", ({ detail: { id } }) => {
  for (const form of document.querySelectorAll("form[data-save]")) if (form.dataset.save.includes(id)) restore(form);
});
for (const form of document.querySelectorAll("form[data-save]")) restore(form);
setTimeout(restoreOthers, AGAIN_MS);
setInterval(restoreOthers, 60_000);
