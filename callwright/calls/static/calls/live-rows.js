// Live rows: a call that changes is read again and put in its place; a new one appears on top, or is announced by a pill
// while someone reads further down. One whose place is on a page that is not read yet comes with that page.

import { reread } from "./reread.js";
import { isFurtherDown, putInPlace, rowsFurtherDown } from "./row-places.js";

const SUMMARY_MS = 3000;
const held = new Map();
const below = rowsFurtherDown();
const again = reread({ place: register, rowOf, show });
let summaryTimer = 0;

function register() {
  return document.getElementById("register");
}

function rowsBody() {
  return document.querySelector("[data-rows]");
}

function rowOf(id) {
  return document.getElementById(`call-${id}`);
}

function gather({ name, key, data }) {
  if (!register()) return;
  if (data?.gone) return forget(key);
  if (!rowOf(key) && !held.has(key) && !("grows" in register().dataset)) return;
  if (!rowOf(key) && !held.has(key) && name !== "call") return;
  again(key);
}

function forget(id) {
  held.delete(id);
  below.forget(id);
  announce();
  const row = rowOf(id);
  if (row && row !== document.activeElement) row.toggleAttribute("data-gone", true);
}

function show(found, ids) {
  for (const id of ids) {
    const [old, row] = [rowOf(id), found.get(id)];
    if (!row) held.delete(id);
    else if (old) replace(old, row);
    else if (rowsBody() && isFurtherDown(rowsBody(), row)) below.add(row);
    else held.set(id, row);
  }
  if (held.size && isAtTop()) insert();
  announce();
  if (found.size) summaryTimer = summaryTimer || setTimeout(count, SUMMARY_MS);
}

// The focus and what is chosen stay where they are.
export function replace(old, row) {
  const focused = old.contains(document.activeElement);
  const selector = focused && document.activeElement !== old ? focusedPart() : "";
  if (old.getAttribute("aria-selected")) row.setAttribute("aria-selected", "true");
  row.toggleAttribute("data-picked", old.hasAttribute("data-picked"));
  row.classList.add("changed");
  old.replaceWith(row);
  if (focused) (selector ? row.querySelector(selector) ?? row : row).focus({ preventScroll: true });
}

function focusedPart() {
  return ["[data-marker-button]", "[data-call]", "[data-keep]", ".call-link"].find((part) => document.activeElement.matches(part)) ?? "";
}

function isAtTop() {
  const busy = document.querySelector('[data-rows] .call-row:is(:focus, :focus-within, [aria-selected="true"])');
  const hovered = rowsBody()?.matches(":hover");
  return scrollY < 40 && !busy && !hovered && !document.querySelector(".marker-menu:popover-open");
}

function insert() {
  const body = rowsBody();
  if (!body) return;
  const empty = document.querySelector("[data-no-rows]");
  if (empty) {
    empty.remove();
    body.closest("[hidden]")?.removeAttribute("hidden");
  }
  for (const row of held.values()) {
    row.classList.add("changed");
    putInPlace(body, row);
  }
  held.clear();
}

function announce() {
  const pill = document.getElementById("new-calls");
  pill.hidden = !held.size;
  const words = document.getElementById(held.size === 1 ? "new-calls-one" : "new-calls-many").innerHTML;
  pill.querySelector("span").textContent = words.replace("NUMBER", held.size.toLocaleString(document.documentElement.lang));
}

async function count() {
  summaryTimer = 0;
  const place = register();
  if (!place || document.hidden) return;
  const response = await fetch(`${place.dataset.summary}?${place.dataset.query}`).catch(() => null);
  const text = response?.ok ? await response.text() : null;
  if (text !== null && place === register()) document.getElementById("register-summary").innerHTML = text;
}

document.addEventListener("live:calls", (event) => gather(event.detail));
document.addEventListener("live:all", () => {
  for (const row of document.querySelectorAll(".call-row[data-running]")) gather({ name: "call", key: row.dataset.callId });
});
document.getElementById("new-calls").addEventListener("click", () => {
  scrollTo({ top: 0 });
  insert();
  announce();
});
addEventListener("scroll", () => {
  if (held.size && isAtTop()) {
    insert();
    announce();
  }
}, { passive: true });
document.addEventListener("htmx:after:swap", (event) => {
  if (event.target?.id !== "register" && event.detail?.ctx?.target?.id !== "register") {
    return below.look({ body: rowsBody(), rowOf, again });
  }
  held.clear();
  below.clear();
  announce();
});
