// Markers: a button with data-marker-button opens the one menu of the page for its call; a click, or the marker's digit,
// sets it. And contacts of unknown callers, made with one click on a row.

import { post } from "../kit/js/sending.js";

const menu = document.getElementById("marker-menu");
let opener = null;

function callId() {
  return opener?.closest("[data-call-id]")?.dataset.callId;
}

function open(button) {
  opener = button;
  menu.showPopover();
  const at = button.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  const below = at.bottom + box.height + 8 < innerHeight;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - box.height - 4)}px`;
  const start = document.dir === "rtl" ? at.right - box.width : at.left;
  menu.style.left = `${Math.min(Math.max(8, start), innerWidth - box.width - 8)}px`;
  menu.querySelector("button")?.focus();
}

export async function send(address, values) {
  const response = await post(address, values);
  const toast = JSON.parse(response.headers.get("HX-Trigger") ?? "{}").toast;
  if (toast) document.dispatchEvent(new CustomEvent("toast", { detail: toast }));
  else if (!response.ok) document.dispatchEvent(new CustomEvent("toast", { detail: { text: failure(response.status), tone: "red" } }));
  return response.ok ? response.text() : "";
}

function failure(status) {
  const words = document.getElementById("toasts").dataset;
  return [401, 403].includes(status) ? words.refused : status === 404 ? words.gone : words.failed;
}

export function put(id, html) {
  const holder = document.createElement("template");
  holder.innerHTML = `<table><tbody>${html}</tbody></table>`;
  const rows = [...holder.content.querySelectorAll("tr")];
  for (const row of rows) putRow(document.getElementById(row.id), row);
  if (!rows.length || (id && !document.getElementById(`call-${id}`))) document.body.dispatchEvent(new CustomEvent("marked"));
}

function putRow(old, row) {
  if (!old) return;
  for (const name of ["aria-selected", "data-picked"]) if (old.hasAttribute(name)) row.setAttribute(name, old.getAttribute(name));
  const focused = old.contains(document.activeElement) || document.activeElement === document.body;
  old.replaceWith(row);
  if (focused && row.hasAttribute("aria-selected")) row.focus({ preventScroll: true });
}

async function mark(choice) {
  const id = callId();
  const forAll = opener?.closest("[data-picked-bar]");
  menu.hidePopover();
  if (forAll) forAll.dispatchEvent(new CustomEvent("mark-picked", { detail: { marker: choice.dataset.marker } }));
  if (!id) return;
  const address = menu.dataset.url.replace("00000000-0000-0000-0000-000000000000", id);
  put(id, await send(address, { marker: choice.dataset.marker }));
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-marker-button]");
  if (button) return open(button);
  const choice = event.target.closest("#marker-menu [data-marker]");
  if (choice) return mark(choice);
  const keep = event.target.closest("[data-keep]");
  if (!keep) return undefined;
  const id = keep.closest("[data-call-id]").dataset.callId;
  keep.disabled = true;
  return put(id, await send(menu.dataset.url.replace(/[0-9a-f-]{36}\/marker\/$/, `${id}/keep/`), { row: "1" }));
});

menu.addEventListener("keydown", (event) => {
  const choices = [...menu.querySelectorAll("[data-marker]")];
  const at = choices.indexOf(document.activeElement);
  const byDigit = event.key === "0" ? choices.at(-1) : choices[Number(event.key) - 1];
  if (event.key === "ArrowDown") choices[(at + 1) % choices.length]?.focus();
  else if (event.key === "ArrowUp") choices.at(at - 1)?.focus();
  else if (/^\d$/.test(event.key) && byDigit?.dataset.marker !== undefined) byDigit.click();
  else return;
  event.preventDefault();
  event.stopPropagation();
});
menu.addEventListener("toggle", (event) => {
  if (event.newState === "closed" && document.contains(opener)) opener.closest(".call-row")?.focus({ preventScroll: true });
});
