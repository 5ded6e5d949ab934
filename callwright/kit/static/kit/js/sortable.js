// A list put in order by hand: <ol class="sortable" data-sortable> with a <button class="drag-handle"> in each <li>.
// By pointer, or with the arrow keys on the handle. The list gets a bubbling `reorder` event when something moved, with
// the item that moved; a hidden input in each <li> keeps its order in a form.
//
// Lists of one group (data-sortable="topics") pass items to each other by pointer. A list of the group inside an item
// (data-under) takes items that hold none themselves: pulled inwards under the item above, or with the arrow key that
// points inwards; the other way round they come out again.

const PULL = 24; // so many pixels inwards or outwards are meant
const EDGE = 56; // so near to the edge of the window the page goes along
let held = null;

const isUnder = (list) => list.hasAttribute("data-under");
const innerOf = (item) => item?.querySelector("[data-sortable][data-under]");
const holdsNone = (item) => !innerOf(item)?.children.length;
const middleOf = ({ top, height }) => top + height / 2;
const isRtl = () => document.documentElement.dir === "rtl";

function settle(list, item) {
  list.dispatchEvent(new CustomEvent("reorder", { bubbles: true, detail: { item } }));
}

function grab(event) {
  const handle = event.target.closest(".drag-handle");
  const list = handle?.closest("[data-sortable]");
  if (!list || event.button) return;
  event.preventDefault();
  handle.focus();
  const item = handle.closest("li");
  held = { list, item, next: item.nextElementSibling, x: event.clientX };
  handle.setPointerCapture(event.pointerId);
  item.classList.add("dragging");
}

function topList({ clientX, clientY }) {
  const group = held.list.dataset.sortable;
  const lists = document.querySelectorAll(`[data-sortable="${CSS.escape(group)}"]:not([data-under])`);
  const under = [...lists].find((list) => {
    const box = list.getBoundingClientRect();
    return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
  });
  const now = held.item.parentElement;
  return under ?? (isUnder(now) ? now.closest("li").parentElement : now);
}

function isMeantUnder({ clientX }) {
  const pulled = (clientX - held.x) * (isRtl() ? -1 : 1);
  const depth = (isUnder(held.list) ? 1 : 0) + (pulled > PULL) - (pulled < -PULL);
  return depth > 0 && holdsNone(held.item);
}

function landing(event) {
  if (!held.list.dataset.sortable) return held.list;
  const top = topList(event);
  if (!isMeantUnder(event)) return top;
  const others = [...top.children].filter((one) => one !== held.item);
  const above = others.filter((one) => one.getBoundingClientRect().top <= event.clientY).at(-1);
  return innerOf(above) ?? top;
}

function drag(event) {
  if (!held) return;
  const list = landing(event);
  const others = [...list.children].filter((one) => one !== held.item);
  const next = others.find((one) => event.clientY < middleOf(one.getBoundingClientRect())) ?? null;
  if (list !== held.item.parentElement || next !== held.item.nextElementSibling) list.insertBefore(held.item, next);
  if (event.clientY < EDGE) scrollBy(0, -EDGE / 4);
  if (event.clientY > innerHeight - EDGE) scrollBy(0, EDGE / 4);
}

function drop() {
  if (!held) return;
  const { list, item, next } = held;
  item.classList.remove("dragging");
  held = null;
  if (item.parentElement !== list || item.nextElementSibling !== next) settle(item.parentElement, item);
}

function step(item, key) {
  const list = item.parentElement;
  const inwards = isRtl() ? "ArrowLeft" : "ArrowRight";
  const { previousElementSibling: before, nextElementSibling: after } = item;
  if (key === "ArrowUp") return before && (() => before.before(item));
  if (key === "ArrowDown") return after && (() => after.after(item));
  if (!list.dataset.sortable) return null;
  if (key === inwards) return !isUnder(list) && holdsNone(item) && innerOf(before) && (() => innerOf(before).append(item));
  return isUnder(list) && (() => list.closest("li").after(item));
}

function nudge(event) {
  const handle = event.target.closest?.(".drag-handle");
  const list = handle?.closest("[data-sortable]");
  if (!list || !event.key.startsWith("Arrow")) return;
  const item = handle.closest("li");
  const move = step(item, event.key);
  if (event.key === "ArrowUp" || event.key === "ArrowDown" || move) event.preventDefault();
  if (!move) return;
  move();
  handle.focus();
  settle(item.parentElement, item);
}

document.addEventListener("pointerdown", grab);
document.addEventListener("pointermove", drag);
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);
document.addEventListener("keydown", nudge);
