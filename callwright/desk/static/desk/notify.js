// What tells of a call outside the card: the tab's title, the browser's notification when the tab lies in the background, a
// word to screen readers; and the clocks that count down.

import { asDuration } from "../kit/js/clock.js";
import { ids, partsOf, stateOf } from "./cards.js";

const desk = document.getElementById("desk");
const announce = document.getElementById("announce");
const settings = document.getElementById("desk-settings");

function title() {
  const ringing = ids().find((id) => stateOf(id) === "ringing");
  document.title = ringing ? `☎ ${partsOf(ringing).card.dataset.who} · ${partsOf(ringing).card.dataset.account}` : desk.dataset.title;
}

function notify(id) {
  const { who, account } = partsOf(id).card.dataset;
  announce.textContent = `${who} · ${account}`;
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const note = new Notification(who, { body: account, tag: id, requireInteraction: true });
  note.addEventListener("click", () => {
    window.focus();
    note.close();
  });
  const over = ({ detail }) => {
    if (detail.id !== id) return;
    note.close();
    document.removeEventListener("desk:changed", over);
    document.removeEventListener("desk:closed", over);
  };
  document.addEventListener("desk:changed", over);
  document.addEventListener("desk:closed", over);
}

document.addEventListener("desk:opened", ({ detail: { id } }) => {
  if (!partsOf(id)) return;
  if (stateOf(id) === "ringing") notify(id);
});
for (const name of ["desk:opened", "desk:changed", "desk:closed"]) document.addEventListener(name, title);

function count() {
  for (const element of document.querySelectorAll("[data-until]")) {
    element.drift ??= Date.parse(element.dataset.now) - Date.now();
    const left = (Date.parse(element.dataset.until) - Date.now() - element.drift) / 1000;
    const shown = asDuration(Math.ceil(left));
    if (element.textContent !== shown) element.textContent = shown;
  }
}

setInterval(count, 500);
document.addEventListener("htmx:after:swap", count);
count();

if (settings) {
  const bell = settings.querySelector("[data-notify]");
  if (!("Notification" in window)) bell.closest("label").hidden = true;
  else {
    bell.checked = Notification.permission === "granted";
    bell.disabled = Notification.permission !== "default";
    bell.addEventListener("change", async () => {
      bell.checked = (await Notification.requestPermission()) === "granted";
      bell.disabled = Notification.permission !== "default";
    });
  }
}
