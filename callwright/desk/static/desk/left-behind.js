// Drafts that were left behind, by a tab that was closed, a browser that died or a card that went away: put back and saved.

import { tab } from "../kit/js/this-tab.js";
import { AGAIN_MS, keyOf, prefix, saveAgain, WORDS } from "./drafts.js";
import { joined, write } from "./joining.js";
import { read } from "./reading.js";
import { callOf } from "./wishes.js";

const ABANDONED_MS = 20_000; // another tab that is alive writes its draft anew each time it tries to save it

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
  if (kept.get("account") === (form.elements.account?.value ?? null)) {
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = kept.getAll(box.name).includes(box.value);
  }
  saveAgain(form);
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
    const gone = (_id, into) => (into && part === "note" ? carry(key, into) : localStorage.removeItem(key));
    read(id, part === "note" ? "work" : "body", give, gone);
  }
}

// What was left behind of the note on a call that became part of another: to the note on that one.
function carry(key, into) {
  const draft = draftAt(key);
  const address = key.slice(prefix.length).replace(callOf(key), into);
  const find = (place) => place.querySelector(`form[data-save="${CSS.escape(address)}"]`);
  const pour = (form) => {
    if (!draft || !form) return;
    const field = form.elements.text;
    write(field, joined(field.value, new URLSearchParams(draft.values).get("text") ?? "", draft.base?.text));
    saveAgain(form);
    localStorage.removeItem(key);
  };
  if (find(document)) pour(find(document));
  else read(into, "work", (parts) => pour(find(parts)), () => localStorage.removeItem(key));
}

document.addEventListener("desk:opened", ({ detail: { id } }) => {
  for (const form of document.querySelectorAll("form[data-save]")) if (form.dataset.save.includes(id)) restore(form);
});
for (const form of document.querySelectorAll("form[data-save]")) restore(form);
setTimeout(restoreOthers, AGAIN_MS);
setInterval(restoreOthers, 60_000);
