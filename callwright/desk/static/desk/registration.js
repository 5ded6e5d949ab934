// The panel on the desk: which form it has, what it says once its call must be registered, and that nobody need look for it.

import { refreshPanel } from "../registration/panel.js";
import { jumpInto } from "../registration/panel-keys.js";
import { ids, partsOf, refreshState } from "./cards.js";
import { frontId, show } from "./front.js";

const desk = document.getElementById("desk");

function showTab(work, tab, isFocused) {
  work.dataset.tab = tab;
  for (const button of work.querySelectorAll("[data-work-tab]")) button.setAttribute("aria-pressed", button.dataset.workTab === tab);
  if (!isFocused) return;
  if (tab) jumpInto(work.querySelector("[data-registration]"));
  else work.querySelector(".note textarea")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-work-tab]");
  if (button) showTab(button.closest(".work"), button.dataset.workTab, true);
});

document.querySelector("[data-panel-choice]")?.addEventListener("change", async ({ target }) => {
  const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
  const body = new URLSearchParams({ form: target.value });
  const answer = await fetch(target.dataset.url, { method: "POST", body, headers: { "X-CSRFToken": token } }).catch(() => null);
  if (!answer?.ok) return;
  const { form } = await answer.json();
  for (const id of ids()) if (partsOf(id).work.dataset.panelForm) partsOf(id).work.dataset.panelForm = form;
});

// What my state says is due, the cards say too. The first of them comes to the front, where no other call is.
function showDue({ due }) {
  if (!due) return;
  for (const id of ids()) {
    const { card, work } = partsOf(id);
    const isDue = due.includes(id);
    if (card.querySelector(".strip").hasAttribute("data-due") !== isDue) refreshState(id);
    const section = work.querySelector("[data-registration]");
    if (!section || section.hasAttribute("data-due") === isDue) continue;
    section.toggleAttribute("data-due", isDue);
    refreshPanel(id);
    if (isDue && work.dataset.panelForm === "tab") showTab(work, "registration", false);
  }
}

export function released(id) {
  if (!partsOf(id)) return;
  refreshState(id);
  refreshPanel(id);
}

document.addEventListener("desk:state", ({ detail }) => showDue(detail));
// An ended call that is due stands before those that are over.
document.addEventListener("desk:state", ({ detail: { state, due } }) => {
  const first = due?.find((id) => partsOf(id));
  const front = frontId();
  if (state === "wrap_up" && first && front && !due.includes(front) && partsOf(front).slim.matches("[data-over]")) show(first);
});
desk.addEventListener("registration:saved", ({ target }) => {
  const section = target.closest("[data-registration]");
  section.querySelector(".registration-must")?.remove();
});
