// A panel as it stands on the server now, put in place of what stands here: what is ticked and typed, what somebody looks for
// and where they are stays.

import { inTime } from "../kit/js/sending.js";
import { takeTurn } from "../kit/js/turns.js";
import { goOn } from "./panel.js";
import { drawnIn, merged, notOffered, returnTo, spotIn, stateOf, write, writtenIn } from "./panel-form.js";

const TRIES = 4;
const reading = new WeakMap();
const panelOf = (id) => document.querySelector(`[data-registration="${CSS.escape(id)}"]`);

// Whether something stands here that the server has not, be it that it takes no more.
const isHere = ({ dataset }) => Boolean(dataset.unsaved || dataset.closed);

// One request of a panel at a time. Whether it could be drawn; where nothing is asked any more, it goes.
export function refresh(section) {
  return takeTurn(reading, section, (turn) => asLongAsNeeded(section, turn));
}

async function asLongAsNeeded(section, turn) {
  let isDrawn = false;
  for (let tries = 0; tries < TRIES && (turn.again || !isDrawn); tries += 1) {
    turn.again = false;
    const address = section.querySelector("form").dataset.panel;
    const options = { headers: { "HX-Request": "true" }, cache: "no-store", signal: inTime() };
    const answer = await fetch(address, options).catch(() => null);
    const html = [200, 204].includes(answer?.status) ? await answer.text().catch(() => null) : null;
    if (html === null) return false;
    isDrawn = html ? redraw(section, parse(html)) : drawNothing(section);
  }
  return isDrawn;
}

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("[data-registration]");
}

// Whether it was drawn: not from what stood before something that was saved from here.
export function redraw(section, fresh) {
  const [form, now] = [section, fresh].map((one) => one.querySelector("form"));
  const [state, theirs, revision] = [stateOf(form), drawnIn(now), Number(now.dataset.revision)];
  if (revision < state.revision) return false;
  const [mine, base, isUnsaved] = [writtenIn(form), state.sent.get(revision) ?? state.base, isHere(form)];
  const spot = spotIn(section);
  patch(section, fresh);
  write(form, isUnsaved ? merged(form, { base, mine, theirs, isMineNewer: state.last > revision }) : theirs);
  Object.assign(state, { base: theirs, revision, drift: Number(now.dataset.now) - Date.now() });
  returnTo(spot, section);
  if (isUnsaved) {
    if (notOffered(form, mine.topics).length) state.refusal = form.dataset.gone;
    goOn(form);
  }
  document.dispatchEvent(new CustomEvent("htmx:after:swap")); // the keys are named
  return true;
}

// Nothing is asked and nothing stands there: what is typed is kept all the same.
function drawNothing(section) {
  const form = section.querySelector("form");
  if (isHere(form)) {
    const { topics, comment } = writtenIn(form);
    for (const question of form.querySelectorAll(".question")) question.remove();
    if (topics.length) stateOf(form).refusal = form.dataset.gone;
    write(form, { topics: [], comment });
    goOn(form);
  } else if (!section.contains(document.activeElement)) {
    section.dispatchEvent(new CustomEvent("registration:none", { bubbles: true }));
  }
  return true;
}

function patch(section, fresh) {
  section.toggleAttribute("data-due", fresh.hasAttribute("data-due"));
  const [form, now] = [section, fresh].map((one) => one.querySelector("form"));
  const [fields, drawn] = [form, now].map((one) => one.querySelector(".registration-fields"));
  exchange(section, fresh, ":scope > :is(.notice, .registration-must)", (parts) => form.before(...parts));
  exchange(form, now, ":scope > p", (parts) => fields.before(...parts));
  exchange(form, now, "[data-registration-jump]", (parts) => fields.after(...parts));
  exchange(section, fresh, "[data-other-registrations]", (parts) => section.append(...parts));
  fields.disabled = drawn.disabled;
  form.elements.comment.dataset.limit = now.elements.comment.dataset.limit;
  patchQuestions(fields, drawn);
}

function exchange(old, fresh, selector, put) {
  const [before, after] = [old, fresh].map((part) => [...part.querySelectorAll(selector)]);
  if (before.length === after.length && before.every((one, at) => bare(one).isEqualNode(bare(after[at])))) return;
  for (const one of before) one.remove();
  put(after);
}

// As the server draws it: without what becomes of it here.
function bare(part) {
  const copy = part.cloneNode(true);
  for (const one of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["checked", "hidden", "data-digit", "aria-keyshortcuts", "data-key-shown"]) one.removeAttribute(name);
  }
  return copy;
}

const asked = (fields) => [...fields.children].filter((one) => !one.matches("legend, .registration-comment"));
const keyOf = (part) => part.dataset.category ?? part.className;

// A question that is asked as before stays, and what somebody looks for among its topics.
function patchQuestions(fields, drawn) {
  const before = asked(fields);
  const known = new Map(before.map((one) => [keyOf(one), one]));
  const after = asked(drawn).map((one) => {
    const old = known.get(keyOf(one));
    if (old && bare(old).isEqualNode(bare(one))) return old;
    const [from, to] = [old, one].map((part) => part?.querySelector("[data-answers-find]"));
    if (from && to) to.value = from.value;
    return one;
  });
  if (before.length === after.length && before.every((one, at) => one === after[at])) return;
  for (const one of before) if (!after.includes(one)) one.remove();
  const stays = after.findIndex((one) => one.contains(document.activeElement)); // moved, it would lose the focus
  if (stays >= 0) after[stays].before(...after.slice(0, stays));
  fields.querySelector(".registration-comment").before(...after.slice(stays + 1));
  for (const field of fields.querySelectorAll("[data-answers-find]")) if (field.value) field.dispatchEvent(new Event("input", { bubbles: true }));
}

// Somebody registered this call, perhaps I myself in another tab.
export function heardOf(id, { by, revision }) {
  const section = panelOf(id);
  const form = section?.querySelector("form");
  if (!form) return;
  const state = stateOf(form);
  if (String(by) === form.dataset.user && (revision <= state.revision || state.sent.has(revision))) return;
  refresh(section);
}
