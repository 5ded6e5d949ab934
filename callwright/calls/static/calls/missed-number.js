// How many wait to be called back, beside the entry of the navigation. Hundreds of pages stand open and hear of the same
// missed call: each counts again within some seconds, twice a minute however much changes, and not while hidden.

const WITHIN_MS = 12_000;
const MOST = { times: 2, inMs: 60_000 };
const AT_ONCE_MS = 400;
const place = document.querySelector("[data-missed-number]");
let timer = 0;
let counted = [];
let isDue = false;

function count() {
  timer = 0;
  isDue = document.hidden;
  if (isDue) return;
  counted = [...counted, performance.now()].slice(-MOST.times);
  place.dispatchEvent(new CustomEvent("recount"));
}

function soon() {
  if (timer) return;
  const rest = counted.length < MOST.times ? 0 : counted[0] + MOST.inMs - performance.now();
  timer = setTimeout(count, Math.max(AT_ONCE_MS, rest) + Math.random() * WITHIN_MS);
}

// What a person did themselves shows at once.
function now() {
  clearTimeout(timer);
  timer = setTimeout(count, AT_ONCE_MS);
}

if (place) {
  place.addEventListener("live", soon);
  document.addEventListener("follow-up-done", now);
  document.addEventListener("visibilitychange", () => document.hidden || (isDue && soon()));
}
