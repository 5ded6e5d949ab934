// Notes and new callers are saved as they are typed. What is typed is kept in this browser until the server has it, so that a
// lost connection, a closed tab or a card that went away loses no word (see left-behind.js).

import { inTime, post } from "../kit/js/sending.js";
import { tab } from "../kit/js/this-tab.js";
import { callOf, wishOf } from "./wishes.js";

const desk = document.getElementById("desk");
const WAIT_MS = 500;
export const AGAIN_MS = 4000;
const MOST_AT_LEAVING = 60_000; // bytes: browsers refuse to send more for a page that is gone
const timers = new WeakMap();
const givenUp = new WeakSet();
const saving = new Map(); // by address, one save at a time: an older one must not come last
export const prefix = `desk-draft:${desk.dataset.user}:`;
export const keyOf = (form) => prefix + form.dataset.save;
export const valuesOf = (form) => new URLSearchParams(new FormData(form)).toString();
export const WORDS = "textarea, input:not([type=checkbox], [type=hidden])";

export function say(form, text) {
  const shown = form?.querySelector("[data-save-state]") ?? form?.closest("section")?.querySelector("[data-save-state]");
  if (shown) shown.textContent = text;
}

// What it says is looked after elsewhere: in the note of another call, or in the form of a card that came back.
const isLeft = (form) => givenUp.has(form) || (!form.isConnected && document.querySelector(`form[data-save="${CSS.escape(form.dataset.save)}"]`));

function keep(form) {
  if (isLeft(form)) return;
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

export function giveUp(form) {
  if (form.dataset.unsaved) forgetDraft(form);
  givenUp.add(form);
}

function soon(form, wait) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), wait));
}

async function save(form) {
  clearTimeout(timers.get(form));
  if (isLeft(form)) return;
  if (isHeldBack(form)) {
    keep(form);
    return soon(form, AGAIN_MS);
  }
  const address = form.dataset.save;
  if (saving.has(address)) {
    saving.get(address).next = form;
    return;
  }
  const turn = { next: null };
  saving.set(address, turn);
  turn.done = send(form);
  const answered = await turn.done;
  saving.delete(address);
  if (!answered) soon(turn.next ?? form, AGAIN_MS);
  else if (turn.next?.dataset.unsaved) save(turn.next);
}

// While it is being sent as it stood: that must not come after what was typed since, and take its place.
const isHeldBack = (form) => form.dataset.send && wishOf(callOf(form.dataset.send));

export const afterSaving = (form) => saving.get(form?.dataset.save)?.done ?? Promise.resolve();

export function saveAgain(form) {
  form.dataset.unsaved = "true";
  keep(form);
  soon(form, 0);
}

// Nothing new was typed, but somebody is at it.
export const writeOn = (form) => post(form.dataset.save, { writing: "1" }, { signal: inTime() });

// Whether the server gave an answer that stands.
async function send(form, isLeaving = false) {
  const values = new URLSearchParams(new FormData(form));
  const keepalive = isLeaving && `${values}`.length < MOST_AT_LEAVING;
  say(form, form.dataset.saving);
  try {
    const answer = await post(form.dataset.save, values, { keepalive, signal: inTime() });
    if (isLeft(form)) return true;
    if (answer.status === 422) refused(form, (await answer.json()).error);
    else if (answer.status === 410) became(form, answer.headers.get("X-Became"));
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

// The words stay here until they are written on in the note of the call that this one became part of.
function became(form, into) {
  keep(form);
  document.dispatchEvent(new CustomEvent("desk:became", { detail: { id: callOf(form.dataset.save), into } }));
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
  if (!isAll) {
    keep(form);
    return soon(form, WAIT_MS); // not all of it was typed: the call may have found its account meanwhile
  }
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
  for (const form of document.querySelectorAll("form[data-save][data-unsaved]")) {
    if (isHeldBack(form)) keep(form);
    else send(form, true);
  }
});
