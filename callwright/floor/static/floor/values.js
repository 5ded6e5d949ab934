// What the wallboard and the floor have in common: the values that travel, kept by name, and how they are written.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const icons = document.querySelector("[data-icons]").dataset.icons;
const SVG = "http://www.w3.org/2000/svg";

export const words = read("words");
export const states = read("states");
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
export const language = document.documentElement.lang || "en";

// Figures as everywhere in the product: 0 to 9, whatever the language.
const plain = new Intl.NumberFormat(`${language}-u-nu-latn`);
const percent = new Intl.NumberFormat(`${language}-u-nu-latn`, { style: "percent" });
export const number = (value) => plain.format(value);
export const share = (value) => (value === null || value === undefined ? "–" : percent.format(value / 100));

export class Values extends Map {
  take({ all, set, gone = [] }) {
    if (all) this.clear();
    for (const [name, value] of Object.entries(set ?? {})) this.set(name, value);
    for (const name of gone) this.delete(name);
  }

  // [id, value] of all that are called `prefix:id`.
  of(prefix) {
    const found = [];
    for (const [name, value] of this) {
      if (name.startsWith(prefix) && name[prefix.length] === ":") found.push([name.slice(prefix.length + 1), value]);
    }
    return found;
  }
}

export function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name, label = "") {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${icons}#${name}`);
  svg.append(use);
  return svg;
}

export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const pad = (part) => String(part).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

const written = (element, passed) =>
  element.hasAttribute("data-minutes") ? `${Math.max(0, Math.floor(passed / 60_000))}′` : span(passed);

// Counts up from a moment of the server's clock, which the browser's may not agree with. Frozen, it tells what was.
export const clocks = {
  offset: 0,
  frozenAt: 0,
  now() {
    return this.frozenAt || Date.now() + this.offset;
  },
  tick() {
    const now = this.now();
    for (const element of document.querySelectorAll("[data-t]")) {
      const shown = written(element, now - Number(element.dataset.t));
      if (element.textContent !== shown) element.textContent = shown;
      const limit = Number(element.dataset.limit);
      if (limit) element.toggleAttribute("data-over", now - Number(element.dataset.t) > limit);
    }
  },
};

export function since(milliseconds, limit = 0) {
  const element = made("bdi", { class: "since", dir: "ltr" });
  setSince(element, milliseconds, limit);
  return element;
}

export function setSince(element, milliseconds, limit = 0) {
  if (milliseconds === null || milliseconds === undefined) {
    for (const name of ["t", "limit", "over"]) delete element.dataset[name];
    if (element.textContent !== "–") element.textContent = "–";
    return;
  }
  if (element.dataset.t === String(milliseconds)) return;
  element.dataset.t = milliseconds;
  if (limit) element.dataset.limit = limit;
  element.textContent = written(element, clocks.now() - milliseconds);
}

export function timeOf(milliseconds, zone) {
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone || undefined };
  return new Intl.DateTimeFormat(`${language}-u-nu-latn`, form).format(milliseconds);
}

// Children of a list by key: those that stay are kept, so that what did not change is not painted.
export function keyed(list, rows, make, update) {
  const before = new Map([...list.children].map((child) => [child.dataset.row, child]));
  let place = list.firstElementChild;
  for (const [key, value] of rows) {
    let element = before.get(key);
    before.delete(key);
    if (!element) {
      element = make(key, value);
      element.dataset.row = key;
    }
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
    update(element, value, key);
  }
  for (const element of before.values()) element.remove();
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export const stateRank = { ringing: 0, talking: 1, ready: 2, wrap_up: 3, paused: 4, logged_out: 5 };

export function byState([, a], [, b]) {
  return stateRank[a.s] - stateRank[b.s] || (a.t ?? 0) - (b.t ?? 0) || (a.n || a.e).localeCompare(b.n || b.e, language);
}
