// From agent to agent by keys: one of them is reached by Tab, the arrows and Home and End go on from there.

const list = document.querySelector(".floor-agents");
const buttons = () => [...list.querySelectorAll("[data-act]")];
const isInside = () => list.contains(document.activeElement);
let current = "";

function reach(button) {
  for (const one of buttons()) one.tabIndex = one === button ? 0 : -1;
  current = button?.dataset.act ?? "";
}

const chosen = () => buttons().find((one) => one.dataset.act === current) ?? buttons()[0];

// Rows change their places under the focus, and lose it when they do.
export function keepPlace(paint) {
  const had = isInside();
  paint();
  reach(chosen());
  if (had && !isInside()) chosen()?.focus({ preventScroll: true });
}

const STEPS = {
  ArrowDown: (place, last) => Math.min(place + 1, last),
  ArrowUp: (place) => Math.max(place - 1, 0),
  Home: () => 0,
  End: (_place, last) => last,
};

list.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest("[data-act]")) return;
  event.preventDefault();
  const all = buttons();
  all[step(all.indexOf(event.target.closest("[data-act]")), all.length - 1)]?.focus();
});
list.addEventListener("focusin", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) reach(button);
});
// The key of the heading clicks it.
document.getElementById("floor-agents").addEventListener("click", () => chosen()?.focus());
