// How many wait to be called back, beside the entry of the navigation. The number comes with the change, drawn for all who
// see the same. A page that was away asks for it: each of hundreds at a moment of its own, and not while hidden.

const WITHIN_MS = 12_000;
const AT_ONCE_MS = 400;
const place = document.querySelector("[data-missed-number]");
let timer = 0;
let isDue = false;

function count() {
  timer = 0;
  isDue = document.hidden;
  if (isDue) return;
  place.dispatchEvent(new CustomEvent("recount"));
}

function onChange({ detail }) {
  if (detail.part !== undefined) show(detail.part);
  else if (!timer) timer = setTimeout(count, AT_ONCE_MS + Math.random() * WITHIN_MS);
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
