// The panel with which a supervisor acts upon one agent. It follows what the agent does, but never under the hand: not
// while somebody chooses in it or a button is pressed, and whoever is at a button stays at it.

const floor = document.getElementById("floor");
const sheet = document.getElementById("sheet");
let seen = "";
let turn = 0;
let opener = "";
let isPressed = false;
let wasInside = false;

export const panel = { agent: "" };

const stateOf = (values) => JSON.stringify(values.get(`a:${panel.agent}`) ?? null);

// A list is drawn anew with other rows, so the button is looked up when it is needed.
function focusOpener() {
  const button = [...floor.querySelectorAll("[data-act]")].find((one) => one.dataset.act === opener);
  (button ?? floor.querySelector(".floor-agents [data-act]"))?.focus();
}

// A button that was pressed may be gone or disabled now: the keys stay in the panel.
function keepFocus(id) {
  const same = id ? document.getElementById(id) : null;
  if (same && !same.disabled) same.focus({ preventScroll: true });
  if (!sheet.contains(document.activeElement)) sheet.focus({ preventScroll: true });
}

// What was chosen stays chosen, as long as it can be.
function keepChoices(choices) {
  for (const [id, value] of choices) {
    const list = document.getElementById(id);
    if ([...(list?.options ?? [])].some((option) => option.value === value)) list.value = value;
  }
}

const isInHand = () => isPressed || sheet.querySelector("select:focus") !== null;

export function follow(values) {
  if (!panel.agent || isInHand()) return;
  if (stateOf(values) !== seen) openSheet(panel.agent, values, { again: true });
}

// What became of the last act stays, and an act meanwhile is newer than what is read here.
export async function openSheet(id, values, { again = false } = {}) {
  turn += 1;
  const mine = turn;
  panel.agent = id;
  if (!again) opener = id;
  seen = stateOf(values);
  const answer = await fetch(floor.dataset.agent.replace("/0/", `/${id}/`), { headers: { "HX-Request": "true" } }).catch(() => null);
  const text = answer?.ok ? await answer.text() : "";
  if (turn !== mine || (again && isInHand())) {
    seen = "";
    return;
  }
  if (!answer?.ok) {
    if (!again) closeSheet();
    return;
  }
  const said = again ? sheet.querySelector("[data-said]") : null;
  const focused = again && sheet.contains(document.activeElement) ? document.activeElement : null;
  const choices = again ? [...sheet.querySelectorAll("select[id]")].map((list) => [list.id, list.value]) : [];
  sheet.innerHTML = text;
  keepChoices(choices);
  if (said) sheet.querySelector("[data-sayings]").replaceChildren(said);
  window.htmx.process(sheet);
  sheet.hidden = false;
  if (!again) sheet.focus();
  else if (focused) keepFocus(focused.id);
  document.dispatchEvent(new CustomEvent("floor:sheet"));
}

function closeSheet() {
  sheet.hidden = true;
  sheet.replaceChildren();
  panel.agent = "";
  turn += 1;
  focusOpener();
  document.dispatchEvent(new CustomEvent("floor:sheet"));
}

sheet.addEventListener("htmx:before:request", () => {
  turn += 1;
  wasInside = sheet.contains(document.activeElement);
});
sheet.addEventListener("htmx:after:swap", () => {
  if (wasInside && document.activeElement === document.body) keepFocus("");
});
sheet.addEventListener("pointerdown", () => {
  isPressed = true;
});
for (const name of ["pointerup", "pointercancel"]) {
  // The click comes after it.
  window.addEventListener(name, () => setTimeout(() => { isPressed = false; }, 0));
}
floor.addEventListener("click", (event) => event.target.closest("[data-close]") && closeSheet());
floor.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !sheet.hidden) closeSheet();
});
