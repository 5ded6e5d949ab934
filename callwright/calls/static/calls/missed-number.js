// How many wait to be called back, beside the entry of the navigation. The number comes with the change, drawn for all who
// see the same. Where it did not (the stream was lost; only the browser knows the language), the page asks for it: each of
// hundreds at a moment of its own, once in a while however much changes, and not while hidden.

const WITHIN_MS = 12_000;
const EVERY_MS = 30_000;
const AT_ONCE_MS = 400;
const place = document.querySelector("[data-missed-number]");
let timer = 0;
let askedAt = -EVERY_MS;
let isDue = false;

function count() {
  timer = 0;
  isDue = document.hidden;
  if (isDue) return;
  askedAt = performance.now();
  place.dispatchEvent(new CustomEvent("recount"));
}

function onChange({ detail }) {
  if (detail.part !== undefined && detail.part !== null) show(detail.part);
  else if (!timer) timer = setTimeout(count, Math.max(AT_ONCE_MS, askedAt + EVERY_MS - performance.now()) + Math.random() * WITHIN_MS);
}

// Newer than what was to be asked for.
function show(part) {
  clearTimeout(timer);
  timer = 0;
  isDue = false;
  place.innerHTML = part;
}

// What a person did themselves shows at once.
function now() {
  clearTimeout(timer);
  timer = setTimeout(count, AT_ONCE_MS);
}

if (place) {
  place.addEventListener("live", onChange);
  document.addEventListener("follow-up-done", now);
  document.addEventListener("visibilitychange", () => document.hidden || (isDue && now()));
}
