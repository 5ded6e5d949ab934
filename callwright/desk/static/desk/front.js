// Which call is in front. The rule of the desk: a new call never covers the card of a talk and never takes the focus from
// someone who types; it waits as a slim line at the top.

import { ids, partsOf, stateOf } from "./cards.js";

const desk = document.getElementById("desk");
const idle = document.getElementById("idle");
const colleagues = document.getElementById("colleagues");
const FIELD = "textarea, input:not([type=checkbox], [type=radio]), select";
const RANK = ["talking", "pick_up", "dialling", "on_hold", "ringing"];
let front = null;

export const frontId = () => front;

export function isTypingIn(call) {
  const active = document.activeElement;
  return Boolean(active?.matches(FIELD) && (call.card.contains(active) || call.work.contains(active)));
}

function rank(id) {
  const place = RANK.indexOf(stateOf(id));
  return place < 0 ? RANK.length : place;
}

// Shows what should be in front now; `changed` is the call that is new or has a new state.
export function choose(changed) {
  const current = front && partsOf(front);
  if (!current) {
    const [first] = ids().sort((a, b) => rank(a) - rank(b));
    show(first ?? null);
  } else if (changed && changed !== front && !isTypingIn(current) && beats(changed)) show(changed);
  else show(front);
}

function beats(id) {
  const [mine, other] = [rank(front), rank(id)];
  const isOver = mine === RANK.length;
  // A second call that rings does not push away the one that is talked in, nor an earlier one that rings.
  return isOver ? other < RANK.length : other <= RANK.indexOf("dialling") && other < mine;
}

export function show(id) {
  front = id;
  for (const one of ids()) {
    const call = partsOf(one);
    const isFront = one === id;
    call.card.hidden = call.work.hidden = !isFront;
    call.slim.hidden = isFront;
  }
  idle.hidden = colleagues.hidden = id !== null;
  desk.toggleAttribute("data-has-call", id !== null);
  desk.dataset.slims = document.querySelectorAll("#slims .slim:not([hidden])").length;
}

document.addEventListener("focusout", () => {
  setTimeout(() => {
    if (!front || !partsOf(front) || isTypingIn(partsOf(front))) return;
    const waiting = ids().filter((id) => id !== front && beats(id)).sort((a, b) => rank(a) - rank(b))[0];
    if (waiting) show(waiting);
  }, 150);
});

document.addEventListener("click", (event) => {
  const id = event.target.closest("[data-open-card]")?.dataset.openCard;
  if (!id || !partsOf(id)) return;
  show(id);
  partsOf(id).card.querySelector("button, a, input")?.focus({ preventScroll: true });
});
