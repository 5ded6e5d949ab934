// The cards that stand on the desk. Each has three parts: the card in the middle, its work side (note, history), and a slim
// form for the time when another call is in front. All are drawn by the server and read again when their call changes.

import { afterPaint } from "./after-paint.js";
import { arrangeSlims, choose, frontId, isTypingIn, show } from "./front.js";
import { patchPanel, takePanelAlong } from "./panel-part.js";
import { patchNote } from "./note-part.js";
import { isReading, parse, read } from "./reading.js";

const desk = document.getElementById("desk");
const places = { slim: document.getElementById("slims"), card: document.getElementById("cards"), work: document.getElementById("works") };
const CLOSES_AFTER_MS = 4000;
const calls = new Map();
const closedAt = new Map();

export const known = (id) => calls.has(id);
export const wasClosed = (id) => closedAt.has(id);
export const partsOf = (id) => calls.get(id);
export const panelOf = (id) => partsOf(id)?.work.querySelector("[data-registration]");
export const stateOf = (id) => calls.get(id)?.slim.dataset.state;
export const ids = () => [...calls.keys()].sort(); // an id begins with the time of its call: the oldest call first

function ready(...elements) {
  for (const element of elements) window.htmx?.process(element);
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
}

const ask = (id, part, take) => read(id, part, take, closeCard);

// What was drawn before the card was closed does not bring it back: then the server is asked once more.
export const load = (id) => ask(id, "", (parts, askedAt) => (askedAt < closedAt.get(id) ? load(id) : take(id, parts)));

function take(id, parts) {
  const fresh = { slim: parts.querySelector(".slim"), card: parts.querySelector(".card"), work: parts.querySelector(".work") };
  if (calls.has(id)) return replaceState(id, fresh.slim, parts.querySelector(".strip"));
  put(id, fresh);
  afterPaint(() => document.dispatchEvent(new CustomEvent("desk:opened", { detail: { id } })));
}

// What came with the change: the whole call, or what changes of one that stands here already. Where it does not fit, and while
// an answer is under way (drawn earlier, but it may come later), the server is asked.
export function takePart(id, html) {
  const parts = html && !isReading(id) ? parse(html) : null;
  if (parts?.querySelector(".card") || (parts && calls.has(id))) take(id, parts);
  else if (calls.has(id)) refreshState(id);
  else load(id);
}

// Who calls is shown at once; what can wait for the length of a frame (the buttons of the card too) is added when that has
// been painted.
function put(id, parts) {
  calls.set(id, parts);
  places.card.append(parts.card);
  choose(id);
  if (!parts.slim.hidden) ready(parts.slim);
  closeInTime(id);
  afterPaint(() => putRest(id));
}

export function putRest(id) {
  const call = calls.get(id);
  if (!call) return;
  for (const name of ["work", "slim"]) if (!call[name].isConnected) places[name].append(call[name]);
  ready(call.card, call.slim, call.work);
}

export const refreshState = (id) =>
  ask(id, "state", (parts) => replaceState(id, parts.querySelector(".slim"), parts.querySelector(".strip")));

function replaceState(id, slim, strip) {
  const call = calls.get(id);
  if (!call) return;
  const before = call.slim.dataset.state;
  slim.hidden = call.slim.hidden;
  call.slim.replaceWith(slim);
  call.slim = slim;
  const old = call.card.querySelector(".strip");
  const typed = old.querySelector(".transfer:not([hidden])");
  const place = strip.querySelector(".transfer");
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  if (typed && place) place.replaceWith(typed);
  old.replaceWith(strip);
  if (typed?.contains(focused)) focused.focus();
  ready(slim, strip);
  arrangeSlims();
  if (before !== slim.dataset.state) {
    choose(id);
    document.dispatchEvent(new CustomEvent("desk:changed", { detail: { id, before, state: slim.dataset.state } }));
  }
  closeInTime(id);
}

function closeInTime(id) {
  const call = calls.get(id);
  if (!call.card.querySelector(".strip[data-closes]") || call.closing) return;
  call.closing = setTimeout(() => {
    call.closing = 0;
    if (!calls.has(id) || !call.card.querySelector(".strip[data-closes]")) return;
    if (isTypingIn(call)) closeInTime(id);
    else closeCard(id);
  }, CLOSES_AFTER_MS);
}

// The inside of a card, after its contact changed. A form that is being typed into is left alone until it is left.
export function refreshBody(id) {
  const call = calls.get(id);
  if (!call) return;
  const form = call.card.querySelector(".card-body");
  if (isWrittenIn(form)) return;
  const folded = form.querySelector(".folded[open]") !== null;
  ask(id, "body", (parts) => {
    if (isWrittenIn(form)) return; // meanwhile
    form.replaceChildren(parts);
    if (folded) form.querySelector(".folded")?.setAttribute("open", "");
    ready(form);
  });
  ask(id, "body?part=history", (parts) => {
    const history = call.work.querySelector(".history");
    history.replaceChildren(parts);
    ready(history);
  });
}

function isWrittenIn(body) {
  const hasFocus = body.contains(document.activeElement) && document.activeElement.matches("input, textarea");
  const isWritten = hasFocus || body.querySelector("[data-unsaved]") !== null;
  body.toggleAttribute("data-stale", isWritten);
  return isWritten;
}

for (const moment of ["focusout", "desk:saved"]) {
  document.addEventListener(moment, (event) => {
    const body = event.target.closest(".card-body[data-stale]");
    if (body) setTimeout(() => refreshBody(body.closest(".card").dataset.call), 300);
  });
}

// The work side as it is now. The own note is left alone while it is written; what others wrote appears beside it.
export function refreshWork(id) {
  const call = calls.get(id);
  return ask(id, "work", (parts) => {
    const fresh = parts.querySelector(".work");
    if (!calls.has(id)) return;
    if (call.work.contains(document.activeElement) || call.work.querySelector("[data-unsaved]")) {
      patchNote(call.work, fresh);
      patchPanel(call.work, fresh);
      return;
    }
    fresh.hidden = call.work.hidden;
    const lookedUp = call.work.querySelector("[data-lookup][open]"); // what somebody reads stays
    if (lookedUp) fresh.querySelector("[data-lookup]")?.replaceWith(lookedUp);
    takePanelAlong(call.work, fresh);
    call.work.replaceWith(fresh);
    call.work = fresh;
    ready(fresh);
  });
}

export function closeCard(id) {
  const call = calls.get(id);
  if (!call) return;
  clearTimeout(call.closing);
  calls.delete(id);
  closedAt.set(id, performance.now());
  for (const part of [call.slim, call.card, call.work]) part.remove();
  if (frontId() === id) show(null);
  choose(null);
  document.dispatchEvent(new CustomEvent("desk:closed", { detail: { id } }));
}

// After a lost connection: what stands on the desk is compared with what should.
export async function sync() {
  const answer = await fetch(desk.dataset.calls, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const open = (await answer.json()).calls;
  for (const id of ids()) if (!open.includes(id)) refreshState(id);
  for (const id of open) {
    if (calls.has(id)) {
      refreshState(id);
      refreshBody(id);
      refreshWork(id);
    } else load(id);
  }
}

// The cards that came with the page.
export function adopt() {
  for (const template of document.querySelectorAll("template[data-slim]")) {
    const slim = template.content.querySelector(".slim");
    const id = slim.dataset.call;
    template.remove();
    put(id, { slim, card: document.getElementById(`card-${id}`), work: document.getElementById(`work-${id}`) });
  }
  choose(null);
}
