// Which call is in front. The rule of the desk: a new call never covers the card of a talk and never takes the focus from
// someone who types; it waits as a slim line at the top.

import { afterPaint } from "./after-paint.js";
import { ids, partsOf, stateOf } from "./cards.js";

const desk = document.getElementById("desk");
const idle = document.getElementById("idle");
const colleagues = document.getElementById("colleagues");
const missed = document.getElementById("missed-list");
const FIELD = "textarea, input:not([type=checkbox], [type=radio]), select";
const RANK = ["talking", "pick_up", "dialling", "on_hold", "ringing"];
let front = null;
let passedOver = new Set(); // by the agent, who chose another call to look at

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
  if (changed === front) passedOver.clear();
  else passedOver.delete(changed);
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
  if (front !== id) passedOver.clear();
  front = id;
  for (const one of ids()) {
    const call = partsOf(one);
    const isFront = one === id;
    call.card.hidden = call.work.hidden = !isFront;
    call.slim.hidden = isFront;
  }
  arrangeSlims();
  document.dispatchEvent(new CustomEvent("desk:front", { detail: { card: id && partsOf(id).card } }));
  idle.hidden = colleagues.hidden = id !== null;
  desk.toggleAttribute("data-has-call", id !== null);
  // What is to be returned stands large in the middle when no call does.
  if (id === null) missed.hidden = true;
  else afterPaint(() => { missed.hidden = front === null; });
  desk.dataset.slims = document.querySelectorAll("#slims .slim:not([hidden])").length;
}

// The slim calls stand in the order in which their key goes round: first the call after the one in front, last the one
// before it.
export function arrangeSlims() {
  const all = ids();
  const at = all.indexOf(front) + 1;
  const slims = [...all.slice(at), ...all.slice(0, at)].map((id) => partsOf(id).slim);
  const place = document.getElementById("slims");
  if (slims.some((slim, index) => place.children[index] !== slim)) place.append(...slims);
  const waiting = slims.filter((slim) => !slim.hidden);
  waiting.forEach((slim, index) => {
    const key = index === 0 ? "v" : index === waiting.length - 1 ? "shift+v" : "";
    nameKey(slim.querySelector(".slim-open"), key);
  });
}

function nameKey(button, key) {
  const shown = key.split("+").map((part) => part[0]?.toUpperCase() + part.slice(1)).join("+");
  if (key) {
    button.dataset.key = key;
    button.dataset.keyLabel = key === "v" ? button.dataset.nextLabel : button.dataset.previousLabel;
    button.setAttribute("aria-keyshortcuts", shown);
  } else for (const name of ["data-key", "data-key-label", "aria-keyshortcuts"]) button.removeAttribute(name);
  const keycap = button.querySelector("[data-slim-key]");
  keycap.hidden = !key;
  keycap.textContent = key ? shown : "";
}

document.addEventListener("focusout", () => {
  setTimeout(() => {
    if (!front || !partsOf(front) || isTypingIn(partsOf(front))) return;
    const waiting = ids().filter((id) => id !== front && !passedOver.has(id) && beats(id)).sort((a, b) => rank(a) - rank(b))[0];
    if (waiting) show(waiting);
  }, 150);
});

document.addEventListener("click", (event) => {
  const id = event.target.closest("[data-open-card]")?.dataset.openCard;
  if (!id || !partsOf(id)) return;
  show(id);
  passedOver = new Set(ids().filter((one) => one !== id && beats(one)));
  partsOf(id).card.querySelector("button, a, input")?.focus({ preventScroll: true });
});
