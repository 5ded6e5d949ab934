// The layout of the card: parts move within a list (kit/sortable.js) and from list to list, by pointer, with the arrow keys, or
// with their own buttons. The hidden field of a part carries the name of the list that it stands in. Each change can be undone
// and is tried out on a past call at once; nothing is kept before it is saved.

import { drawPreview, pointAt } from "./layout-preview.js";

const form = document.querySelector("[data-layout]");
const lists = [...form.querySelectorAll("[data-across]")];
const base = JSON.parse(form.dataset.base);
const spoken = form.querySelector("[data-moved]");
const state = form.querySelector("[data-saved-state]");
const savedWords = state.innerHTML;
const HIDDEN = "hidden";
const items = new Map([...form.querySelectorAll("li[data-part]")].map((item) => [item.dataset.part, item]));
const cameFrom = new Map(); // the list and place of a part before it was left out
const past = [];

const listOf = (zone) => lists.find((list) => list.dataset.name === zone);
const titleOf = (list) => list.closest("section").querySelector("h2").textContent;
const nameOf = (item) => item.querySelector(".layout-part bdi").textContent;
const zonesNow = () => Object.fromEntries(lists.map((list) => [list.dataset.name, [...list.children].map((item) => item.dataset.part)]));
const snapshot = () => JSON.stringify({ zones: zonesNow(), isDefault: form.elements.default.value });

let now = snapshot();
const saved = form.hasAttribute("data-unsaved") ? "" : now;
let leaving = false;

function say(item) {
  const list = item.parentElement;
  const words = { part: nameOf(item), zone: titleOf(list), place: [...list.children].indexOf(item) + 1, count: list.children.length };
  spoken.textContent = form.dataset.spoken.replace(/{(\w+)}/g, (_all, word) => words[word]);
}

function show() {
  const isDirty = now !== saved;
  form.querySelector("[data-save]").disabled = !isDirty;
  form.querySelector("[data-undo]").disabled = past.length === 0;
  state.toggleAttribute("data-unsaved", isDirty);
  if (isDirty) state.textContent = state.dataset.dirty;
  else state.innerHTML = savedWords;
  drawPreview(new FormData(form));
}

// Whatever moved: the step before can be come back to.
function settle(item) {
  for (const one of items.values()) one.querySelector("input").name = one.parentElement.dataset.name;
  const next = snapshot();
  if (next === now) return;
  if (form.elements.default.value && JSON.stringify(zonesNow()) !== JSON.stringify(base)) form.elements.default.value = "";
  past.push(now);
  now = snapshot();
  if (item) say(item);
  show();
}

function arrange(zones) {
  for (const [zone, parts] of Object.entries(zones)) listOf(zone).append(...parts.map((part) => items.get(part)).filter(Boolean));
  for (const one of items.values()) one.querySelector("input").name = one.parentElement.dataset.name;
}

function undo() {
  const before = past.pop();
  if (!before) return;
  const { zones, isDefault } = JSON.parse(before);
  arrange(zones);
  form.elements.default.value = isDefault;
  now = before;
  spoken.textContent = form.dataset.undone;
  show();
}

function reset() {
  arrange(base);
  form.elements.default.value = "1";
  settle(null);
}

function leaveOut(item) {
  cameFrom.set(item.dataset.part, [item.parentElement, [...item.parentElement.children].indexOf(item)]);
  listOf(HIDDEN).append(item);
  settle(item);
  item.querySelector("[data-show]").focus();
}

function putBack(item) {
  const [list, place] = cameFrom.get(item.dataset.part) ?? [listOf("second"), Number.POSITIVE_INFINITY];
  list.insertBefore(item, list.children[place] ?? null);
  settle(item);
  item.querySelector("[data-hide]").focus();
}

function sideways(event) {
  const handle = event.target.closest?.(".drag-handle");
  if (!handle || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  event.preventDefault();
  const isForward = (event.key === "ArrowRight") === (document.documentElement.dir !== "rtl");
  const item = handle.closest("li");
  const to = lists[lists.indexOf(item.closest("[data-across]")) + (isForward ? 1 : -1)];
  if (!to) return;
  to.append(item);
  handle.focus();
  settle(item);
}

function across(event) {
  const item = form.querySelector("li.dragging");
  if (!item) return;
  const over = lists.find((list) => {
    const box = list.closest("section").getBoundingClientRect();
    return event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  });
  if (!over || over === item.parentElement) return;
  const next = [...over.children].find((other) => event.clientY < other.getBoundingClientRect().top + other.offsetHeight / 2);
  over.insertBefore(item, next ?? null);
}

form.addEventListener("keydown", sideways);
form.addEventListener("reorder", (event) => settle(event.target.contains(document.activeElement) ? document.activeElement.closest("li") : null));
document.addEventListener("pointermove", across);
form.addEventListener("click", ({ target }) => {
  const item = target.closest("li[data-part]");
  if (target.closest("[data-hide]")) leaveOut(item);
  else if (target.closest("[data-show]")) putBack(item);
  else if (target.closest("[data-undo]")) undo();
  else if (target.closest("[data-reset]")) reset();
});
for (const moment of ["pointerover", "focusin"]) form.addEventListener(moment, ({ target }) => pointAt(target.closest?.("li[data-part]")?.dataset.part));
form.addEventListener("change", (event) => event.target.matches("[name=call]") && drawPreview(new FormData(form)));
form.addEventListener("submit", () => { leaving = true; });
window.addEventListener("beforeunload", (event) => {
  if (now !== saved && !leaving) event.preventDefault();
});
window.addEventListener("pageshow", () => { leaving = false; });
document.addEventListener("live:accounts", ({ detail: { name, key, data } }) => {
  const isNewer = name === "layout" && key === form.dataset.key && data?.version > Number(form.dataset.version);
  if (isNewer && !leaving) form.querySelector("[data-newer]").hidden = false;
});
document.querySelector("[data-account-form]")?.addEventListener("change", (event) => event.currentTarget.requestSubmit());
show();
