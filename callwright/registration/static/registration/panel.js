// The panel on which calls are registered. What is ticked is saved at once and what is typed soon after, one save of a call at
// a time; it is kept in this browser until the server has it, so that a lost connection or a closed tab loses nothing. Every
// change has a number that grows, so that of two the newer one stands, in whatever order they arrive.

import { askBack, forget, keep } from "./panel-drafts.js";
import { boxesOf, isSame, nextRevision, sectionOf, stateOf, takeBack, writtenIn } from "./panel-form.js";
import { refresh } from "./panel-redraw.js";
import { post } from "./panel-send.js";

const COMMENT_MS = 800;
const AGAIN_MS = 4000;
const MISSING_MS = 30_000; // a call that became part of another is told of soon; else it may come back
const running = new WeakMap(); // what is being saved, until it is answered
const timers = new WeakMap();
const formOf = (element) => element.closest?.("form[data-register]");

// ── what is said ──

function say(form, text, isWrong = false) {
  const shown = sectionOf(form).querySelector("[data-save-state]");
  shown.textContent = text;
  shown.toggleAttribute("data-wrong", isWrong);
}

// A comment that stands there already may be longer than comments may be by now.
export function fits(form) {
  const { value, dataset } = form.elements.comment;
  return [...value].length <= Number(dataset.limit) || value === stateOf(form).base.comment;
}

function tell(form) {
  const { value, dataset } = form.elements.comment;
  const isAsked = boxesOf(form).some((box) => box.checked && "wantsComment" in box.dataset);
  form.querySelector("[data-comment-wanted]").hidden = !isAsked || value.trim() !== "";
  const left = Number(dataset.limit) - [...value].length;
  const shown = form.querySelector("[data-count]");
  shown.hidden = left > Math.min(100, dataset.limit / 2);
  shown.textContent = left;
  shown.toggleAttribute("data-wrong", left < 0);
  form.elements.comment.setAttribute("aria-invalid", !fits(form));
  const { refusal } = stateOf(form);
  if (!fits(form)) say(form, form.dataset.tooLong, true);
  else if (refusal) say(form, refusal, true);
  else say(form, form.dataset.unsaved ? form.dataset.saving : form.dataset.saved);
}

// ── saving ──

export function changed(form, wait) {
  stateOf(form).refusal = "";
  note(form);
  soon(form, wait);
}

function note(form) {
  nextRevision(form);
  delete form.dataset.closed;
  form.dataset.unsaved = "true";
  keep(form);
  tell(form);
}

// What stands there was drawn anew, or something was taken back: what the server has not is sent, the rest is settled.
export function goOn(form) {
  if (isSame(writtenIn(form), stateOf(form).base)) {
    forget(form);
    tell(form);
  } else {
    note(form);
    save(form);
  }
}

function soon(form, wait) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), wait));
}

// Ends when all that stands there now is saved, or cannot be.
export async function save(form) {
  clearTimeout(timers.get(form));
  if (!form.dataset.unsaved || !isLookedAfter(form)) return;
  const before = running.get(form);
  if (before) before.again = true;
  else {
    const turn = { again: false };
    running.set(form, turn);
    turn.done = sendAll(form, turn);
  }
  await running.get(form)?.done;
}

async function sendAll(form, turn) {
  const wait = await send(form);
  running.delete(form);
  if (!form.dataset.unsaved) return;
  if (wait) soon(form, wait);
  else if (turn.again) await save(form);
}

// While a comment is too long, what is ticked is saved with the comment that stands.
function toSend(form) {
  const written = writtenIn(form);
  return fits(form) ? written : { ...written, comment: stateOf(form).base.comment };
}

// After how long it must be tried again; 0: it was answered.
async function send(form) {
  const [state, values] = [stateOf(form), toSend(form)];
  if (!state.sent.size && isSame(values, state.base)) {
    if (fits(form)) goOn(form);
    return 0;
  }
  const revision = state.last;
  state.sent.set(revision, values);
  try {
    const answer = await post(form.dataset.register, values, revision);
    if (answer.status === 404) return missed(form);
    if (answer.ok) return await saved(form, values, await answer.json());
    state.sent.delete(revision);
    await refused(form, values, await answer.json());
    return 0;
  } catch {
    say(form, form.dataset.failed, true);
    return AGAIN_MS;
  }
}

// The form of a card that went away is left: what is kept of it in this browser is found there.
const isLookedAfter = (form) => form.isConnected || form.dataset.away;

// Nothing can be registered of this call: it is gone, it became part of another, or it was never talked in here.
function missed(form) {
  say(form, form.dataset.failed, true);
  if (form.dataset.away) forget(form);
  return MISSING_MS;
}

async function saved(form, values, { revision, overtaken }) {
  if (overtaken) return (await refresh(sectionOf(form))) ? 0 : AGAIN_MS; // what is newer there and what is ticked here become one
  const state = stateOf(form);
  for (const one of state.sent.keys()) if (one <= revision) state.sent.delete(one);
  if (revision < state.revision) return 0; // a newer one was drawn meanwhile
  Object.assign(state, { base: values, revision });
  if (isSame(writtenIn(form), values)) forget(form);
  else keep(form);
  tell(form);
  form.dispatchEvent(new CustomEvent("registration:saved", { bubbles: true }));
  return 0;
}

// Not kept: why is said. What is refused is taken back, the rest is saved without it.
async function refused(form, values, { error, reason, limit }) {
  const state = stateOf(form);
  state.refusal = error;
  if (reason === "closed") return close(form);
  if (reason === "comment_too_long") form.elements.comment.dataset.limit = limit;
  else {
    await refresh(sectionOf(form));
    state.refusal = error;
    takeBack(form, values, reason);
  }
  goOn(form);
}

// What comes too late stays to be read until its card is put away by hand.
function close(form) {
  if (form.dataset.away) return askBack(form);
  delete form.dataset.unsaved;
  form.dataset.closed = "true";
  tell(form);
}

// ── what the agent does ──

document.addEventListener("change", (event) => {
  const form = formOf(event.target);
  if (form && event.target.matches("[type=checkbox], [type=radio]")) changed(form, 0);
});
document.addEventListener("input", (event) => {
  const form = event.target.name === "comment" && formOf(event.target);
  if (form) changed(form, COMMENT_MS);
});
document.addEventListener("submit", (event) => {
  const form = formOf(event.target);
  if (!form) return;
  event.preventDefault();
  save(form);
});
document.addEventListener("focusout", (event) => {
  const form = event.target.name === "comment" ? formOf(event.target) : null;
  if (form) save(form);
});
window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-register][data-unsaved]")) send(form);
});
