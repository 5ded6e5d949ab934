// The layout of the card: parts move within a list (kit/sortable.js) and from list to list, by pointer or with the left and
// right arrow keys. The hidden field of a part carries the name of the list that it stands in.

const form = document.querySelector("[data-layout]");
const lists = [...form.querySelectorAll("[data-across]")];
const spoken = form.querySelector("[data-moved]");

function settle(item) {
  const list = item.closest("[data-across]");
  item.querySelector("input[type=hidden]").name = list.dataset.name;
  spoken.textContent = `${spoken.dataset.text} ${list.closest("section").querySelector("h2").textContent}`;
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
  const next = [...over.children].find((other) => {
    const box = other.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  over.insertBefore(item, next ?? null);
  settle(item);
}

form.addEventListener("keydown", sideways);
document.addEventListener("pointermove", across);
document.querySelector("[data-account-form]")?.addEventListener("change", (event) => event.currentTarget.submit());
