// The panel on the desk: which form it has, what it says once its call must be registered, and that nobody need look for it.

import { post } from "../kit/js/sending.js";
import { fits, save } from "../registration/panel.js";
import { forget } from "../registration/panel-drafts.js";
import { goOnIn } from "../registration/panel-left.js";
import { heardOf, refresh } from "../registration/panel-redraw.js";
import { ids, known, load, panelOf, partsOf, refreshState, refreshWork } from "./cards.js";
import { frontId, show } from "./front.js";
import { bringPanelUp, showTab } from "./panel-part.js";
import { addressOf } from "./reading.js";

const desk = document.getElementById("desk");
const OFFER_WITHIN_MS = 25_000; // hundreds of desks hear of it in the same moment; what is gone is refused until then

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-work-tab]");
  if (button) showTab(button.closest(".work"), button.dataset.workTab, true);
});

document.querySelector("[data-panel-choice]")?.addEventListener("change", async ({ target }) => {
  const answer = await post(target.dataset.url, { form: target.value }).catch(() => null);
  if (!answer?.ok) return;
  const { form } = await answer.json();
  for (const id of ids()) if (partsOf(id).work.dataset.panelForm) partsOf(id).work.dataset.panelForm = form;
});

// ── what is due ──

// What my state says is due, the cards say too. The first of them comes to the front, where no other call is.
function showDue({ due }) {
  if (!due) return;
  for (const id of due) if (!known(id)) load(id);
  for (const id of ids()) {
    const { card, work } = partsOf(id);
    const isDue = due.includes(id);
    if (card.querySelector(".strip").hasAttribute("data-due") !== isDue) refreshState(id);
    const section = panelOf(id);
    if (!section || section.hasAttribute("data-due") === isDue) continue;
    refresh(section);
    if (isDue) bringPanelUp(work);
  }
}

export function released(id) {
  if (!known(id)) return;
  refreshState(id);
  if (panelOf(id)) refresh(panelOf(id));
}

let told = {};
document.addEventListener("desk:state", ({ detail }) => {
  told = detail;
  showDue(told);
});
// A card may have been drawn before that, and come after it.
document.addEventListener("desk:opened", () => showDue(told));
// An ended call that is due stands before those that are over.
document.addEventListener("desk:state", ({ detail: { state, due } }) => {
  const first = due?.find((id) => partsOf(id));
  const front = frontId();
  if (state === "wrap_up" && first && front && !due.includes(front) && partsOf(front).slim.matches("[data-over]")) show(first);
});
desk.addEventListener("registration:saved", ({ target }) => {
  const section = target.closest("[data-registration]");
  if (section.querySelector(":checked")) section.querySelector(".registration-must")?.remove();
});

// ── what changed elsewhere ──

// Who registered a call where nothing was asked of me has made something to see.
export function registered(id, data) {
  if (panelOf(id)) heardOf(id, data);
  else if (known(id)) refreshWork(id);
}

let isOfferNew = false;

// One after the other, first what somebody looks at.
async function askAnew() {
  isOfferNew = false;
  for (const id of new Set([frontId(), ...ids()])) {
    if (known(id)) await (panelOf(id) ? refresh(panelOf(id)) : refreshWork(id));
  }
}
document.addEventListener("live:registration-offer", () => {
  if (!isOfferNew) setTimeout(askAnew, Math.random() * OFFER_WITHIN_MS);
  isOfferNew = true;
});

// ── a card is put away ──

const unsavedOf = (id) => partsOf(id)?.work.querySelector("form[data-register][data-unsaved]");
const leaving = new Set();

// Whether something ticked or typed holds a card that was put away in another tab: it goes as soon as that is saved.
export function isHeld(id) {
  const isUnsaved = Boolean(unsavedOf(id));
  if (isUnsaved) leaving.add(id);
  else leaving.delete(id);
  return isUnsaved;
}
desk.addEventListener("registration:settled", ({ target }) => {
  const id = target.closest("[data-registration]").dataset.registration;
  if (!unsavedOf(id) && leaving.delete(id)) load(id);
});

// Done waits for what is not saved yet, and leads to what cannot be saved; pressed again, what came too late was read.
const finishing = new Set();
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-dismiss-card]");
  const id = button?.dataset.dismissCard;
  const form = id && unsavedOf(id);
  if (!form) return letGo(id);
  event.preventDefault();
  event.stopPropagation();
  if (finishing.has(id)) return;
  finishing.add(id);
  if (fits(form)) await save(form);
  finishing.delete(id);
  if (!known(id)) return;
  if (!form.dataset.unsaved && !form.dataset.closed) return partsOf(id).card.querySelector("[data-dismiss-card]")?.click();
  show(id);
  if (partsOf(id).work.dataset.panelForm === "tab") showTab(partsOf(id).work, "registration", false);
  form.elements.comment.focus();
}, true);

function letGo(id) {
  const form = id && partsOf(id)?.work.querySelector("form[data-register][data-closed]");
  if (form) forget(form);
}

// What was left behind of a call that became part of another goes on in that one.
document.addEventListener("registration:missing", async ({ detail: { draft } }) => {
  const [id] = draft.url.match(/[0-9a-f-]{36}/) ?? [];
  const answer = await fetch(addressOf(id, "work"), { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
  const into = answer?.headers.get("X-Became");
  if (into) goOnIn(draft, id, into);
});

// What was left behind and must be seen: its card comes back.
const asked = new Set();
document.addEventListener("registration:unsaved", ({ detail: { id } }) => {
  if (known(id) || asked.has(id)) return;
  asked.add(id);
  post(addressOf(id, "back"), {}).catch(() => null);
});
