// Keys: <button data-key="n">, data-key="alt+h", data-key="g c" (g, then c). The element is clicked, or focused when it is
// a field to type in. data-key-label words it for the sheet, data-key-group names its heading there. `?` opens the sheet.

const FIELD = "input, select, textarea, [contenteditable]";
const TICKED = "input[type=checkbox], input[type=radio]";
const NAMED = { esc: "Escape", enter: "Enter", space: " ", up: "ArrowUp", down: "ArrowDown" };
const SEQUENCE_MS = 1500;
const sheet = document.getElementById("key-sheet");
let begun = "";
let begunAt = 0;

function parse(combination) {
  const parts = combination.toLowerCase().split("+");
  return { key: parts.pop(), alt: parts.includes("alt"), ctrl: parts.includes("ctrl"), shift: parts.includes("shift") };
}

// A Latin letter is taken from the layout (so that Dvorak works); on a Cyrillic or Arabic layout, and with Alt,
// which makes other letters on some systems, the place of the key counts.
function pressed(event) {
  const { key, code } = event;
  if (/^[a-z]$/i.test(key) && !event.altKey) return key.toLowerCase();
  if (/^Key[A-Z]$/.test(code)) return code.slice(3).toLowerCase();
  if (/^(Digit|Numpad)[0-9]$/.test(code)) return code.slice(-1);
  return key.toLowerCase();
}

// While somebody types, a single key works with Alt: it is then no letter of their text.
function fits(wanted, event, typing) {
  const { key, alt, ctrl, shift } = parse(wanted);
  if ((alt || Boolean(typing && !ctrl)) !== event.altKey || ctrl !== (event.ctrlKey || event.metaKey)) return false;
  const letter = key.length === 1 && /[a-z0-9]/.test(key);
  if (letter && shift !== event.shiftKey) return false;
  return (NAMED[key] ?? key).toLowerCase() === (letter ? pressed(event) : event.key.toLowerCase());
}

function isShown(element) {
  return element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;
}

function candidates() {
  const open = document.querySelector("dialog[open]");
  return [...(open ?? document).querySelectorAll("[data-key]")].filter(
    (element) => !element.disabled && element.getAttribute("aria-disabled") !== "true" && isShown(element),
  );
}

function act(element) {
  if (element.matches(FIELD) && !element.matches(TICKED)) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const typing = event.target.closest?.(FIELD) && !event.target.matches?.(TICKED);
  if (typing && !event.altKey && !event.ctrlKey && !event.metaKey && !/^F\d+$/.test(event.key)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "?" || event.key === "؟") {
    event.preventDefault();
    openSheet();
    return;
  }
  const first = Date.now() - begunAt < SEQUENCE_MS ? begun : "";
  begun = "";
  for (const element of candidates()) {
    const steps = element.dataset.key.split(" ");
    if (steps.length === 2 ? first === steps[0] && fits(steps[1], event, typing) : !first && fits(steps[0], event, typing)) {
      event.preventDefault();
      act(element);
      return;
    }
  }
  if (!event.altKey && !event.ctrlKey && !event.metaKey) {
    const key = pressed(event);
    if (candidates().some((element) => element.dataset.key.startsWith(`${key} `))) {
      begun = key;
      begunAt = Date.now();
    }
  }
}

function worded(step) {
  return step.split("+").map((part) => (part.length > 1 ? part[0].toUpperCase() + part.slice(1) : part.toUpperCase()));
}

function textOf(element) {
  const copy = element.cloneNode(true);
  for (const aside of copy.querySelectorAll("kbd, .count")) aside.remove();
  return copy.textContent;
}

function wordsOf(element) {
  return (
    element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ??
    element.getAttribute("placeholder") ?? textOf(element)
  ).trim().replace(/\s+/g, " ");
}

function line(element) {
  const row = document.createElement("div");
  const term = document.createElement("dt");
  const keys = document.createElement("dd");
  term.textContent = wordsOf(element);
  element.dataset.key.split(" ").forEach((step, index) => {
    if (index) keys.append(` ${sheet.dataset.then} `);
    const combination = document.createElement("bdi");
    combination.className = "keys";
    combination.dir = "ltr";
    for (const part of worded(step)) {
      const key = document.createElement("kbd");
      key.textContent = part;
      combination.append(key);
    }
    keys.append(combination);
  });
  row.append(term, keys);
  return row;
}

function openSheet() {
  if (!sheet || sheet.open || document.querySelector("dialog[open]")) return;
  const groups = new Map();
  for (const element of candidates()) {
    const isWay = element.closest(".shell-nav");
    const group = element.dataset.keyGroup ?? (isWay ? sheet.dataset.groupGo : sheet.dataset.groupPage);
    if (!groups.has(group)) groups.set(group, new Map());
    groups.get(group).set(element.dataset.key, element);
  }
  const sections = [...groups].map(([title, elements]) => {
    const section = document.createElement("section");
    const heading = document.createElement("h3");
    const list = document.createElement("dl");
    heading.textContent = title;
    list.append(...[...elements.values()].map(line));
    section.append(heading, list);
    return section;
  });
  sheet.querySelector("[data-sheet]").replaceChildren(...sections);
  sheet.showModal();
}

function hint() {
  for (const element of document.querySelectorAll("[data-key]:not([aria-keyshortcuts])")) {
    const steps = element.dataset.key.split(" ").map((step) => worded(step).join("+"));
    element.setAttribute("aria-keyshortcuts", steps.join(" "));
    element.dataset.keyShown = steps.join(" ");
  }
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-keys]")) openSheet();
  else if (event.target === sheet) sheet.close();
});
document.addEventListener("htmx:after:swap", hint);
hint();
