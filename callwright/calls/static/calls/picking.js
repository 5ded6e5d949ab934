// Several rows at once: picked with Ctrl or Shift and a click, or with the keyboard, they get a marker together.

import { put, send } from "./marking.js";

const bar = document.querySelector("[data-picked-bar]");
let anchor = null;

function rows() {
  return [...document.querySelectorAll(".call-row")].filter((row) => row.offsetParent !== null);
}

function picked() {
  return [...document.querySelectorAll(".call-row[data-picked]")];
}

function pick(row, on) {
  row.toggleAttribute("data-picked", on);
  show();
}

function show() {
  const count = picked().length;
  bar.hidden = !count;
  const words = bar.querySelector(count === 1 ? "[data-one]" : "[data-many]").innerHTML;
  bar.querySelector("output").textContent = words.replace("NUMBER", count.toLocaleString(document.documentElement.lang));
}

function clear() {
  for (const row of picked()) row.removeAttribute("data-picked");
  show();
}

function pickTo(row) {
  const all = rows();
  const [from, to] = [all.indexOf(anchor ?? row), all.indexOf(row)].sort((a, b) => a - b);
  for (const one of all.slice(Math.max(0, from), to + 1)) one.toggleAttribute("data-picked", true);
  show();
}

function toggle(row) {
  pick(row, !row.hasAttribute("data-picked"));
  anchor = row;
}

// In the capture phase: a row that is picked is not chosen as well, and no text gets selected.
document.addEventListener("click", (event) => {
  const row = event.target.closest?.(".call-row");
  if (!row || event.target.closest("a, button") || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
  event.preventDefault();
  event.stopPropagation();
  getSelection().removeAllRanges();
  if (event.shiftKey) pickTo(row);
  else toggle(row);
}, true);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-pick-none]")) clear();
  if (event.target.closest('[data-row-action="pick"]')) {
    const row = document.activeElement?.closest(".call-row") ?? document.querySelector('.call-row[aria-selected="true"]');
    if (row) toggle(row);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && picked().length && !document.querySelector(":popover-open, dialog[open]")) clear();
});

bar.addEventListener("mark-picked", async ({ detail }) => {
  const ids = picked().map((row) => row.dataset.callId).join(",");
  put("", await send(bar.dataset.url, { ids, marker: detail.marker }));
  show();
});
document.addEventListener("htmx:after:swap", show);
