// The page of a contact: a panel does not refresh under the fingers of someone who types in it or chooses a marker; the
// company is picked from a list of options.

document.addEventListener(
  "live",
  (event) => {
    const panel = event.target.closest?.("[data-unless-typing]");
    const field = document.activeElement;
    const busy = panel?.contains(field) && field.matches("input, select, textarea");
    if (busy || event.target.querySelector?.(".contact-marker[open]")) event.stopImmediatePropagation();
  },
  true,
);

function optionsOf(combo) {
  return [...combo.querySelectorAll("[role=option]:not([aria-disabled])")];
}

function open(combo, shown) {
  const list = combo.querySelector("[role=listbox]");
  const field = combo.querySelector("[role=combobox]");
  list.hidden = !shown;
  field.setAttribute("aria-expanded", String(shown));
  if (!shown) field.removeAttribute("aria-activedescendant");
}

function select(combo, option) {
  for (const other of optionsOf(combo)) other.setAttribute("aria-selected", String(other === option));
  combo.querySelector("[role=combobox]").setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function pick(combo, id, name) {
  combo.querySelector("[data-combo-value]").value = id;
  combo.querySelector("[role=combobox]").value = name;
  open(combo, false);
  combo.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
}

function onKey(event, combo) {
  const options = optionsOf(combo);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Escape") {
    open(combo, false);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const chosen = options[at];
    if (chosen) pick(combo, chosen.dataset.contact, chosen.dataset.name);
    else if (!event.target.value.trim()) pick(combo, "", "");
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = options[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) select(combo, next);
  }
}

document.addEventListener("keydown", (event) => {
  const combo = event.target.closest?.("[data-combo]");
  if (combo) onKey(event, combo);
});
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("[data-combo] [data-contact]");
  if (option) {
    event.preventDefault();
    pick(option.closest("[data-combo]"), option.dataset.contact, option.dataset.name);
  }
});
document.addEventListener("focusout", (event) => {
  const combo = event.target.closest?.("[data-combo]");
  if (!combo) return;
  open(combo, false);
  if (!event.target.value.trim() && combo.querySelector("[data-combo-value]").value) pick(combo, "", "");
});
document.addEventListener("htmx:after:swap", () => {
  for (const combo of document.querySelectorAll("[data-combo]")) {
    if (combo.contains(document.activeElement)) open(combo, combo.querySelector("[role=listbox]").children.length > 0);
  }
});
