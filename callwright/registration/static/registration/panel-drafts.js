// What is not saved yet is kept in this browser, for each tab by itself, with what the server had then.

import { tab } from "../kit/js/this-tab.js";
import { sectionOf, stateOf, writtenIn } from "./panel-form.js";

const PREFIX = "registration-draft:";
const ABANDONED_MS = 20_000; // a tab that is alive writes its drafts anew before
const TOO_OLD_MS = 7 * 24 * 3600 * 1000;
const keyOf = (form) => `${PREFIX}${form.dataset.user}:${tab}:${form.dataset.register}`;

export function keep(form) {
  const { base, last } = stateOf(form);
  const draft = { base, mine: writtenIn(form), revision: last, panel: form.dataset.panel, at: Date.now() };
  try {
    localStorage.setItem(keyOf(form), JSON.stringify(draft));
  } catch {
    // The browser keeps nothing (full, or forbidden): then the server alone does.
  }
}

// Saved, given up, or seen by whom it was told that it cannot be saved any more (`closed`).
export function forget(form) {
  delete form.dataset.unsaved;
  delete form.dataset.closed;
  localStorage.removeItem(keyOf(form));
  form.dispatchEvent(new CustomEvent("registration:settled", { bubbles: true }));
}

// What has to be seen, of a call whose card does not stand here.
export function askBack(form) {
  document.dispatchEvent(new CustomEvent("registration:unsaved", { detail: { id: sectionOf(form).dataset.registration } }));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// Those of this tab, and of tabs that are gone.
export function draftsOf(user) {
  const prefix = `${PREFIX}${user}:`;
  const found = [];
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(prefix))) {
    const [owner, url] = key.slice(prefix.length).split(/:(.*)/s);
    const draft = read(key);
    const age = Date.now() - draft?.at;
    if (!(age < TOO_OLD_MS)) localStorage.removeItem(key);
    else if (owner === tab || age > ABANDONED_MS) found.push({ ...draft, key, url, isMine: owner === tab });
  }
  return found;
}
