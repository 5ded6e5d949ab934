// The note is sent when somebody says so (button, S, Ctrl+Enter): as it stands at that moment, once, and where the line is down
// as soon as it is back, whether its card still stands here or not. How the note stands is drawn by the server.

import { inTime, post } from "../kit/js/sending.js";
import { afterSaving, forgetDraft, saveAgain, say, valuesOf, writeOn } from "./drafts.js";
import "./became.js";
import { joined, write } from "./joining.js";
import "./left-behind.js";
import { sayState } from "./note-part.js";
import { callOf, dropWish, keepWish, openWishes, wishOf } from "./wishes.js";

const AGAIN_MS = 4000;
const LOOK_MS = 60_000;
const AWAKE_MS = 5 * 60_000; // who touched nothing for so long does not write any more
const sending = new Set();
let touchedAt = performance.now();

const formOf = (id) => document.querySelector(`form[data-send*="${CSS.escape(id)}"]`);

function ask(form) {
  const id = callOf(form.dataset.send);
  const values = valuesOf(form);
  if (wishOf(id)?.values !== values) {
    const wish = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    keepWish(id, { wish, values, saved: form.elements.text.defaultValue, url: form.dataset.send, since: Date.now() });
  }
  meet(id);
}

async function meet(id) {
  if (sending.has(id) || !wishOf(id)) return;
  sending.add(id);
  await afterSaving(formOf(id)); // an older state of the note must not come after this one
  const wish = wishOf(id);
  let isDone = !wish;
  try {
    if (wish) isDone = await answered(id, wish, await post(wish.url, bodyOf(wish), { signal: inTime() }));
  } catch {
    say(formOf(id), formOf(id)?.dataset.notSent);
    if (wishOf(id)) keepWish(id, wishOf(id)); // this tab is at it
    setTimeout(() => meet(id), AGAIN_MS);
  } finally {
    sending.delete(id);
  }
  if (isDone && wishOf(id)) meet(id); // another text was to be sent meanwhile
}

function bodyOf({ values, wish, saved = "" }) {
  const body = new URLSearchParams(values);
  body.set("wish", wish);
  body.set("saved", saved); // what the server had of it, which it may have moved to the note of another call
  return body;
}

const wordsOf = (wish) => new URLSearchParams(wish.values).get("text");

async function answered(id, wish, answer) {
  const into = answer.headers.get("X-Became");
  if (![200, 404, 422].includes(answer.status)) throw new Error(String(answer.status));
  const { state, error } = answer.status === 200 || answer.status === 422 ? await answer.json() : {};
  if (wishOf(id)?.wish === wish.wish) dropWish(id);
  const form = formOf(id);
  if (into) sentWith(into, { id, form, wish, state, error });
  else if (state !== undefined) {
    if (form) arrived(form, wish, state, error);
  } else if (answer.status === 422) say(form, error);
  return true;
}

// The call is part of another, and the server sent what was to be sent with the note of that one.
function sentWith(into, { id, form, wish, state, error }) {
  const words = state === undefined ? null : wordsOf(wish);
  if (form && words !== null) form.elements.text.defaultValue = words; // what is kept now
  document.dispatchEvent(new CustomEvent("desk:became", { detail: { id, into, words, state, error } }));
}

// The server has the words that were sent. What the form says beyond them is saved now.
function arrived(form, wish, state, error) {
  sayState(form, state);
  say(form, error || form.dataset.saved);
  form.elements.text.defaultValue = wordsOf(wish); // what is kept now
  if (valuesOf(form) === wish.values) forgetDraft(form);
  else if (form.dataset.unsaved) saveAgain(form);
}

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-send-note]")?.closest("form[data-send]");
  if (form) ask(form);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.repeat) return;
  const form = event.target.closest?.("form[data-send]");
  if (!form) return;
  event.preventDefault();
  ask(form);
});
document.addEventListener("desk:saved", ({ target, detail }) => {
  if (target.matches("form[data-send]")) sayState(target, detail.state);
});

// Both calls are one: what was sent of the one that is left stands in the note of the other, also where that is being written.
document.addEventListener("desk:continued", ({ detail: { into, words = null, state, error } }) => {
  const form = formOf(into);
  if (!form || (words === null && !error)) return;
  sayState(form, state);
  say(form, error || form.dataset.saved);
  const field = form.elements.text;
  const text = joined(field.value, words ?? "");
  if (text === field.value) return;
  write(field, text);
  saveAgain(form);
});

const seeTo = () => openWishes().forEach(meet);
setTimeout(seeTo, AGAIN_MS);
setInterval(seeTo, LOOK_MS);
document.addEventListener("live:state", ({ detail: { state } }) => state === "connected" && seeTo());

// Who thinks with the cursor in a note is not done with it: it does not go out meanwhile.
for (const kind of ["pointerdown", "keydown", "wheel", "pointermove"]) {
  document.addEventListener(kind, () => { touchedAt = performance.now(); }, { passive: true, capture: true });
}
function writesOn() {
  const form = document.activeElement?.closest?.("form[data-send]");
  if (!form?.querySelector("[data-waits]") || performance.now() - touchedAt > AWAKE_MS) return;
  if (!form.dataset.unsaved) writeOn(form).catch(() => null);
}
document.addEventListener("desk:state", writesOn); // wrap-up may have ended this moment
setInterval(writesOn, LOOK_MS);
