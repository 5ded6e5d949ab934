// A list put in order by hand: <ol class="sortable" data-sortable> with a <button class="drag-handle"> in each <li>.
// By pointer, or with the arrow keys on the handle. The list gets a bubbling `reorder` event when something moved;
// a hidden input in each <li> keeps its order in a form.

let held = null;

function siblings(list) {
  return [...list.children].filter((item) => item !== held?.item);
}

function settle(list) {
  list.dispatchEvent(new CustomEvent("reorder", { bubbles: true }));
}

function grab(event) {
  const handle = event.target.closest(".drag-handle");
  const list = handle?.closest("[data-sortable]");
  if (!list || event.button) return;
  event.preventDefault();
  handle.focus();
  const item = handle.closest("li");
  held = { list, item, handle, before: [...list.children].indexOf(item) };
  handle.setPointerCapture(event.pointerId);
  item.classList.add("dragging");
}

function drag(event) {
  if (!held) return;
  const { list, item } = held;
  const next = siblings(list).find((other) => {
    const box = other.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  if (next !== item.nextElementSibling) list.insertBefore(item, next ?? null);
}

function drop() {
  if (!held) return;
  const { list, item, before } = held;
  item.classList.remove("dragging");
  held = null;
  if ([...list.children].indexOf(item) !== before) settle(list);
}

function nudge(event) {
  const handle = event.target.closest?.(".drag-handle");
  const list = handle?.closest("[data-sortable]");
  if (!list || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const item = handle.closest("li");
  const other = event.key === "ArrowUp" ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (event.key === "ArrowUp") other.before(item);
  else other.after(item);
  handle.focus();
  settle(list);
}

document.addEventListener("pointerdown", grab);
document.addEventListener("pointermove", drag);
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);
document.addEventListener("keydown", nudge);
