// The list of missed calls: rows come, change and leave as calls happen and colleagues act; keys for the chosen row; and
// the call back itself, once the server has said that nobody else is at it.

import { reread } from "./reread.js";
import { isFurtherDown, putInPlace, rowsFurtherDown } from "./row-places.js";

const COUNTS_MS = 1500;
const LEAVES_MS = 8000;
let countsTimer = 0;

const list = () => document.getElementById("missed");
const rowOf = (id) => document.getElementById(`missed-${id}`);
const rows = () => [...document.querySelectorAll(".missed-row")];
const rowsBody = () => document.querySelector("#missed [data-rows]");
const oldestFirst = () => "oldest" in list().dataset;
const below = rowsFurtherDown();
const dialog = () => document.getElementById("follow-up");
const again = reread({ place: list, rowOf, show });

document.addEventListener("live:calls", ({ detail: { name, key, data } }) => {
  if (!list()) return;
  if (name === "follow_ups") return readAgain();
  if (data?.gone) return leave(rowOf(key));
  if (name !== "follow_up" && !rowOf(key)) return;
  again(key);
});

function readAgain() {
  window.htmx.ajax("GET", `${location.pathname}?${list().dataset.query}`, { target: "#missed", swap: "outerHTML" });
}

function show(found, ids) {
  for (const id of ids) {
    const [old, row] = [rowOf(id), found.get(id)];
    if (old && row) replace(old, row);
    else if (old) leave(old);
    else if (row) put(row);
  }
  countsTimer = countsTimer || setTimeout(count, COUNTS_MS);
}

function replace(old, row) {
  const focused = document.activeElement;
  const act = old.contains(focused) ? (focused.dataset.act ?? "row") : "";
  if (old.getAttribute("aria-selected")) row.setAttribute("aria-selected", "true");
  row.classList.add("changed");
  old.replaceWith(row);
  window.htmx.process(row);
  if (act) (row.querySelector(`[data-act="${act}"]`) ?? row).focus({ preventScroll: true });
  if (row.dataset.state !== "not_called_back" && !("settled" in list().dataset)) leave(row);
}

// What became of it stays readable for a moment, and as long as somebody is busy with the row.
function leave(row) {
  if (!row || "leaving" in row.dataset) return;
  row.dataset.leaving = "";
  const go = () => {
    if (!row.isConnected) return;
    if (row.matches(":hover, :focus-within, :focus") || dialog()?.open) return setTimeout(go, LEAVES_MS / 4);
    row.remove();
    empty();
  };
  setTimeout(go, LEAVES_MS);
}

function put(row) {
  const body = rowsBody();
  if (!body) return;
  if (isFurtherDown(body, row, oldestFirst())) return below.add(row); // it comes with its page
  row.classList.add("changed");
  putInPlace(body, row, oldestFirst());
  window.htmx.process(row);
  empty();
}

function empty() {
  const none = !rows().length && !document.querySelector("#missed .more");
  document.querySelector("[data-no-rows]")?.toggleAttribute("hidden", !none);
  document.querySelector("[data-with-rows]")?.toggleAttribute("hidden", none);
}

async function count() {
  countsTimer = 0;
  const place = list();
  if (!place || document.hidden) return;
  const response = await fetch(`${place.dataset.counts}?${place.dataset.query}`).catch(() => null);
  if (response?.ok) document.getElementById("missed-tabs").innerHTML = await response.text();
}

document.addEventListener("live:all", () => list() && readAgain());

// One's own acts come back as the row itself.
document.addEventListener("htmx:after:swap", () => {
  if (!list()) return;
  below.look({ body: rowsBody(), rowOf, again, oldestFirst: oldestFirst() });
  if ("settled" in list().dataset) return;
  for (const row of rows()) if (row.dataset.state !== "not_called_back") leave(row);
});
document.addEventListener("follow-up-done", () => {
  dialog()?.close();
  countsTimer = countsTimer || setTimeout(count, COUNTS_MS);
});
document.addEventListener("call-back", ({ detail: { number, account } }) => {
  const address = document.querySelector("meta[name=dial]")?.content;
  if (address) window.htmx.ajax("POST", address, { source: document.body, swap: "none", values: { to: number, account } });
});

function current() {
  return document.activeElement?.closest(".missed-row") ?? document.querySelector('.missed-row[aria-selected="true"]');
}

function choose(row) {
  if (!row) return;
  for (const other of rows()) other.toggleAttribute("aria-selected", false);
  row.setAttribute("aria-selected", "true");
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  choose(all[at < 0 ? 0 : at + by]);
}

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-missed]")?.dataset.missed;
  if (key === "next") step(1);
  else if (key === "previous") step(-1);
  else if (key) current()?.querySelector(`[data-act="${key}"]`)?.click();
  if (event.target.closest('[data-act="more"]')) dialog()?.showModal();
});
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".missed-row") || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter") event.target.querySelector(".missed-who > a").click();
  else if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(-1);
  else return;
  event.preventDefault();
});
