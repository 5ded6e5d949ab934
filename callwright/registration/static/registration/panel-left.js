// What was ticked and could not be saved where it was: of a call that became part of another, or in a tab that is closed.

import { changed, fits } from "./panel.js";
import { askBack, draftsOf, forget, keep } from "./panel-drafts.js";
import { isSame, merged, notOffered, stateOf, write, writtenIn } from "./panel-form.js";
import { parse } from "./panel-redraw.js";

const ALIVE_MS = 8000;
const LOOK_MS = 30_000;
const away = new Map(); // forms of calls whose cards do not stand here, by address
const missing = new Set();
const seen = new WeakSet();

// What is not saved of a call that became part of another is ticked and written on there. What can be said nowhere else is
// given back: a comment where nothing is asked.
export function handOver(from, to) {
  const [old, form] = [from, to].map((part) => part.querySelector("form[data-register]"));
  if (!old?.dataset.unsaved) return "";
  const [mine, { base }] = [writtenIn(old), stateOf(old)];
  if (form) take(form, { base, mine, isMineNewer: true });
  forget(old);
  return form || mine.comment === base.comment ? "" : mine.comment;
}

function take(form, { base, mine, isMineNewer }) {
  const theirs = writtenIn(form);
  const wish = merged(form, { base, mine, theirs, isMineNewer });
  if (isSame(wish, theirs)) return;
  write(form, wish);
  changed(form, 0);
  if (notOffered(form, mine.topics).some((id) => !base.topics.includes(id))) stateOf(form).refusal = form.dataset.gone;
}

function restore(form, { key, isMine, revision, ...draft }) {
  if (form.dataset.closed) return; // nothing is saved there
  if (!isMine || !form.dataset.unsaved) take(form, { ...draft, isMineNewer: revision > stateOf(form).revision });
  if (!isMine || !form.dataset.unsaved) localStorage.removeItem(key);
}

const mine = () => document.querySelector("#desk, form[data-register]")?.dataset.user;
const formAt = (url) => document.querySelector(`form[data-register="${CSS.escape(url)}"]`);

// A form that appears shows what was left behind of it, and notes the clock of the server that drew it.
function adopt() {
  for (const form of document.querySelectorAll("form[data-register]")) {
    if (seen.has(form)) continue;
    seen.add(form);
    stateOf(form);
    goesOnHere(form.dataset.register);
    for (const draft of draftsOf(form.dataset.user)) if (draft.url === form.dataset.register) restore(form, draft);
  }
}

// It stands here again: what was kept of it goes on in this form, and nowhere else.
function goesOnHere(url) {
  delete away.get(url)?.dataset.away;
  away.delete(url);
}

function look() {
  for (const draft of draftsOf(mine())) {
    const form = formAt(draft.url);
    if (form) restore(form, draft);
    else if (!away.get(draft.url)?.dataset.unsaved && !missing.has(draft.key)) bring(draft);
  }
}

// It is saved without its card; where somebody has to see it first, the card is asked for.
async function bring(draft) {
  const answer = await fetch(draft.panel, { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
  if ([204, 404].includes(answer?.status)) missing.add(draft.key);
  if (answer?.status === 404) document.dispatchEvent(new CustomEvent("registration:missing", { detail: { draft } }));
  const html = answer?.status === 200 ? await answer.text().catch(() => "") : "";
  const section = html && !formAt(draft.url) ? parse(html) : null;
  if (!section) return;
  const form = section.querySelector("form");
  away.set(draft.url, form);
  form.dataset.away = "true";
  restore(form, draft);
  if (!fits(form)) askBack(form);
}

// Of a call that became part of another.
export function goOnIn(draft, gone, into) {
  const there = { ...draft, url: draft.url.replace(gone, into), panel: draft.panel.replace(gone, into), isMine: false };
  const form = formAt(there.url);
  if (form) restore(form, there);
  else bring(there);
}

// Other tabs see by this that these drafts are being looked after.
function stayAlive() {
  for (const form of document.querySelectorAll("form[data-register]:is([data-unsaved], [data-closed])")) keep(form);
  for (const form of away.values()) if (form.dataset.unsaved && !formAt(form.dataset.register)) keep(form);
}

adopt();
document.addEventListener("htmx:after:swap", adopt);
setTimeout(look, 1500);
setInterval(look, LOOK_MS);
setInterval(stayAlive, ALIVE_MS);
