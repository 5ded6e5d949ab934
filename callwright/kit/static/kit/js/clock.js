// Running clocks: every [data-since] counts up from its moment. One interval for the whole page.
// data-now is the server's clock when the element was drawn: a browser whose clock is wrong still counts right.

const offsets = new WeakMap();

function offsetOf(element) {
  const drawn = element.dataset.now;
  const known = offsets.get(element);
  if (known?.drawn === drawn) return known.offset;
  const offset = drawn ? Date.parse(drawn) - Date.now() : 0;
  offsets.set(element, { drawn, offset });
  return offset;
}

export function asDuration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (part) => String(part).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

function tick() {
  const now = Date.now();
  for (const element of document.querySelectorAll("[data-since]")) {
    const seconds = (now + offsetOf(element) - Date.parse(element.dataset.since)) / 1000;
    if (Number.isNaN(seconds)) continue;
    const shown = asDuration(seconds);
    if (element.textContent !== shown) element.textContent = shown;
    const limit = Number(element.dataset.limit);
    if (limit) element.toggleAttribute("data-over", seconds > limit);
  }
}

setInterval(tick, 500);
document.addEventListener("visibilitychange", tick);
document.addEventListener("htmx:after:swap", tick);
tick();
