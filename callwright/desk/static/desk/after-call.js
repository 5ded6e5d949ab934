// Cards of calls that are over go away by themselves: when wrap-up ends, or a little later where there was none. Never while
// something in them is half-typed or not saved, nor before a call that must be registered is.

import { post } from "../kit/js/sending.js";
import { ids, partsOf } from "./cards.js";

const KEPT_MS = 60_000; // where no wrap-up gave time to read on
const UNTOUCHED_MS = 5000;
const LOOK_MS = 1000;
const AGAIN_MS = 10_000;
const TEXT = "textarea, input:not([type=checkbox], [type=radio]), select";
const overSince = new Map();
const hadWrapUp = new Set();
const leaving = new Map();
const touched = new Map();
let mine = document.querySelector(".me-state").dataset.state;

// A call that rings now does not end the wrap-up, nor does it take the card away that is being written up.
const isWrappingUp = () => mine === "wrap_up" || !document.querySelector('#me [data-me="until"]').hidden;

export function isBusyWith(id) {
  const { card, work } = partsOf(id);
  const active = document.activeElement;
  const writes = active?.matches(TEXT) && (card.contains(active) || work.contains(active));
  const unsaved = card.querySelector("[data-unsaved]") || work.querySelector("[data-unsaved], [data-closed]");
  return Boolean(writes || unsaved || performance.now() - (touched.get(id) ?? -UNTOUCHED_MS) < UNTOUCHED_MS);
}

function isDone(id) {
  const { slim, card } = partsOf(id);
  if (!slim.matches("[data-over]") || card.querySelector(".strip[data-closes]")) {
    overSince.delete(id);
    return false;
  }
  if (!overSince.has(id)) overSince.set(id, performance.now());
  if (isWrappingUp()) {
    hadWrapUp.add(id);
    return false;
  }
  if (card.querySelector(".strip[data-due]") || isBusyWith(id)) return false;
  return hadWrapUp.has(id) || performance.now() - overSince.get(id) > KEPT_MS;
}

async function putAway(id) {
  if (performance.now() - (leaving.get(id) ?? -AGAIN_MS) < AGAIN_MS) return;
  leaving.set(id, performance.now());
  const button = partsOf(id).card.querySelector("[data-dismiss-card]");
  if (!button) return;
  // What came of it is heard; else it is tried again.
  await post(button.getAttribute("hx-post"), { by_itself: "1" }).catch(() => null);
}
function look() {
  for (const id of ids()) if (isDone(id)) putAway(id);
}

function touch(event) {
  const id = event.target.closest?.("#cards .card, #works .work")?.dataset.call;
  if (id) touched.set(id, performance.now());
}

for (const kind of ["pointerdown", "keydown", "input", "wheel"]) document.addEventListener(kind, touch, { passive: true, capture: true });
document.addEventListener("desk:state", ({ detail: { state, until } }) => {
  mine = state;
  for (const left of until ? document.querySelectorAll("#cards .strip .wrap-up .duration") : []) left.dataset.until = until; // more time
  look();
});
document.addEventListener("desk:closed", ({ detail: { id } }) => {
  for (const kept of [overSince, leaving, touched]) kept.delete(id);
  hadWrapUp.delete(id);
});
setInterval(look, LOOK_MS);
