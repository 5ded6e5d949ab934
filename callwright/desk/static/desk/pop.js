// The other program's page for a call (DESK-12): opened by the link on the card, or by itself when this employee wants it so.
// By itself it opens once for a call and in one tab only; never because a page was loaded again or a connection came back.
// Browsers may block what no key or click asked for: then the card says so beside its link.

import { partsOf, stateOf } from "./cards.js";

const WINDOW = "callwright-pop";
const WHEN = "desk-auto-pop";
const OPENED = "desk-popped";
const REMEMBERED = 50;
const SETTLES_MS = 3000;
const SEEN_TAB_FIRST_MS = 400;
let settled = Date.now() + SETTLES_MS;

// One window for all calls: it must keep its name, so it also keeps its opener; which program it shows, administrators choose.
const open = (address) => window.open(address, WINDOW);

async function alone(work) {
  if (navigator.locks) return navigator.locks.request(WINDOW, work);
  return work(); // an address without TLS has no locks; the list of opened calls alone must do
}

async function pop(id) {
  const address = partsOf(id)?.card.dataset.pop;
  if (!address || Date.now() < settled) return;
  if (document.hidden) await new Promise((done) => setTimeout(done, SEEN_TAB_FIRST_MS));
  await alone(() => {
    const opened = JSON.parse(localStorage.getItem(OPENED) ?? "[]");
    if (opened.includes(id)) return;
    localStorage.setItem(OPENED, JSON.stringify([...opened, id].slice(-REMEMBERED)));
    const hint = partsOf(id)?.card.querySelector("[data-pop-blocked]");
    if (!open(address) && hint) hint.hidden = false;
  });
}

function consider(id, before) {
  if (partsOf(id)?.card.dataset.direction !== "inbound") return;
  const wanted = localStorage.getItem(WHEN);
  const state = stateOf(id);
  if (wanted === "ringing" && state === "ringing") pop(id);
  if (wanted === "answered" && state === "talking" && (before === "ringing" || before === undefined)) pop(id);
}

document.addEventListener("desk:opened", ({ detail: { id } }) => consider(id));
document.addEventListener("desk:changed", ({ detail: { id, before } }) => consider(id, before));
document.addEventListener("live:state", ({ detail: { state } }) => {
  if (state !== "connected") settled = Number.POSITIVE_INFINITY;
  else settled = Date.now() + SETTLES_MS;
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-pop-link]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link.href);
});

const choice = document.querySelector("[data-auto-pop]");
if (choice) {
  choice.value = localStorage.getItem(WHEN) ?? "";
  if (choice.selectedIndex < 0) choice.value = "";
  choice.addEventListener("change", () => (choice.value ? localStorage.setItem(WHEN, choice.value) : localStorage.removeItem(WHEN)));
}
