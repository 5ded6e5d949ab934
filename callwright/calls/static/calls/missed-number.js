// How many wait to be called back, beside the entry of the navigation: counted again when something changed, but not
// more often than every few seconds however much changes, not by all pages at the same moment, and not while hidden.

const EVERY_MS = 8000;
const FIRST_MS = 400;
const place = document.querySelector("[data-missed-number]");
let timer = 0;
let counted = 0;
let isDue = false;

function count() {
  timer = 0;
  isDue = document.hidden;
  if (isDue) return;
  counted = performance.now();
  place.dispatchEvent(new CustomEvent("recount"));
}

function soon(least = FIRST_MS) {
  if (timer) return;
  const rest = counted ? counted + EVERY_MS - performance.now() : 0;
  timer = setTimeout(count, Math.max(least, rest) + Math.random() * FIRST_MS);
}

// What a person did themselves shows at once.
function now() {
  clearTimeout(timer);
  timer = counted = 0;
  soon();
}

if (place) {
  place.addEventListener("live", () => soon());
  document.addEventListener("follow-up-done", now);
  document.addEventListener("visibilitychange", () => document.hidden || (isDue && now()));
}
