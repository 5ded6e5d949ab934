// The panel in the work side of a card, when that is drawn anew: it stays what it is, with all that is ticked and typed in it.

import { jumpInto } from "../registration/panel-keys.js";
import { redraw, refresh } from "../registration/panel-redraw.js";

const panelOf = (work) => work.querySelector("[data-registration]");
const besideOf = (element) => element?.closest(".work > :is(.note, .history)"); // what its tab hides

export function showTab(work, tab, isFocused) {
  work.dataset.tab = tab;
  for (const button of work.querySelectorAll("[data-work-tab]")) {
    button.setAttribute("aria-pressed", button.dataset.workTab === tab);
    button.removeAttribute("data-due");
  }
  if (!isFocused) return;
  if (tab) jumpInto(panelOf(work));
  else work.querySelector(".note textarea")?.focus();
}

// What is due comes into sight, but never over the note that somebody is writing: then its tab is marked until they leave it.
export function bringPanelUp(work) {
  if (work.dataset.panelForm !== "tab" || work.dataset.tab === "registration") return;
  if (besideOf(document.activeElement)?.parentElement !== work) showTab(work, "registration", false);
  else work.querySelector('[data-work-tab="registration"]').setAttribute("data-due", "");
}

document.addEventListener("focusout", ({ target }) => {
  const work = besideOf(target)?.parentElement;
  if (!work?.querySelector("[data-work-tab][data-due]")) return;
  setTimeout(() => work.querySelector("[data-work-tab][data-due]") && bringPanelUp(work), 150);
});

// Into the work side that stands here.
export function patchPanel(work, fresh) {
  const [old, now] = [work, fresh].map(panelOf);
  if (old && now) redraw(old, now) || refresh(old);
  else if (old) refresh(old);
  else if (now) {
    const note = work.querySelector(":scope > .note");
    note.before(...fresh.querySelectorAll(":scope > .work-tabs"));
    note.after(now);
    work.dataset.panelForm = fresh.dataset.panelForm;
  }
}

// From the work side that stands here into the one that takes its place.
export function takePanelAlong(work, fresh) {
  const [old, now] = [work, fresh].map(panelOf);
  if (!old || !now) return;
  const wasDue = old.hasAttribute("data-due");
  redraw(old, now) || refresh(old);
  now.replaceWith(old);
  const chosen = work.dataset.tab;
  if (chosen !== undefined && (wasDue || fresh.dataset.tab === undefined)) showTab(fresh, chosen, false);
}

// Nothing is asked any more, and nothing stands there.
document.addEventListener("registration:none", ({ target }) => {
  const work = target.closest(".work");
  if (!work) return;
  for (const part of work.querySelectorAll(":scope > :is(.work-tabs, [data-registration])")) part.remove();
  for (const name of ["panelForm", "tab"]) delete work.dataset[name];
});
