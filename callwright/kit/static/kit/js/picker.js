// A search field that chooses one of many (kit/picker.html): type, arrow keys, Enter or a click; Escape closes, and what
// was chosen before stays. A picker that is emptied means none, where none is allowed. Pickers swapped in work at once.

const waiting = new WeakMap();
const asked = new WeakMap();

const partsOf = (picker) => ({
  field: picker.querySelector("[role=combobox]"),
  list: picker.querySelector("[role=listbox]"),
  value: picker.querySelector("[data-picker-value]"),
});
const optionsOf = (picker) => [...picker.querySelectorAll("[role=option]:not([aria-disabled])")];
const pickerOf = (event) => event.target.closest?.("[data-picker]");

function open(picker, shown) {
  const { field, list } = partsOf(picker);
  list.hidden = !shown;
  field.setAttribute("aria-expanded", String(shown));
  if (!shown) field.removeAttribute("aria-activedescendant");
}

function select(picker, option) {
  for (const other of optionsOf(picker)) other.setAttribute("aria-selected", String(other === option));
  if (!option) return;
  partsOf(picker).field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function search(picker) {
  const { field, list } = partsOf(picker);
  const said = picker.querySelector("[data-picker-failed]");
  const turn = (asked.get(picker) ?? 0) + 1;
  asked.set(picker, turn);
  const address = new URL(picker.dataset.picker, location.href);
  address.searchParams.set("search", field.value === chosenText(picker) ? "" : field.value.trim());
  address.searchParams.set("list", list.id);
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (asked.get(picker) !== turn || document.activeElement !== field) return;
  said.textContent = answer?.ok ? "" : said.dataset.pickerFailed;
  if (!answer?.ok) return;
  list.innerHTML = await answer.text();
  open(picker, true);
  if (field.value && field.value !== chosenText(picker)) select(picker, optionsOf(picker)[0]);
}

function chosenText(picker) {
  const { field, value } = partsOf(picker);
  picker.dataset.text ??= value.value ? field.defaultValue : "";
  return picker.dataset.text;
}

function pick(picker, id, text) {
  const { field, value } = partsOf(picker);
  asked.set(picker, (asked.get(picker) ?? 0) + 1); // an answer on its way is no longer wanted
  open(picker, false);
  if (picker.dataset.pickerMany) {
    if (id) collect(picker, id, text);
    field.value = "";
    return;
  }
  picker.dataset.text = text;
  field.value = text;
  if (value.value === id) return;
  value.value = id;
  value.dispatchEvent(new Event("change", { bubbles: true }));
}

// What was picked joins the ticked boxes before the field; a box is unticked to take it away again.
function collect(picker, id, text) {
  const name = picker.dataset.pickerMany;
  const chosen = picker.parentElement.querySelector("[data-picked]");
  const known = [...chosen.querySelectorAll("input")].find((one) => one.value === id);
  if (known) {
    known.checked = true;
    return;
  }
  const chip = document.createElement("label");
  chip.className = "chip";
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name, value: id, checked: true });
  const word = Object.assign(document.createElement("bdi"), { textContent: text });
  chip.append(box, word);
  chosen.append(chip);
}

function leave(picker) {
  chosenText(picker);
  const { field } = partsOf(picker);
  open(picker, false);
  if (field.value.trim() === "" && !field.hasAttribute("data-picker-needed")) pick(picker, "", "");
  else field.value = chosenText(picker);
}

function onKey(event, picker) {
  const { field, list } = partsOf(picker);
  const options = optionsOf(picker);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Enter") {
    event.preventDefault(); // the form is never sent with half a name
    if (!list.hidden && options[at]) pick(picker, options[at].dataset.value, options[at].dataset.text);
    else if (!field.value.trim()) leave(picker);
  } else if (event.key === "Escape" && !list.hidden) {
    event.stopPropagation();
    field.value = chosenText(picker);
    open(picker, false);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) search(picker);
    else select(picker, options[Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), options.length - 1)]);
  }
}

document.addEventListener("input", (event) => {
  const picker = pickerOf(event);
  if (!picker || !event.target.matches("[role=combobox]")) return;
  event.stopPropagation(); // only a choice is a change of the form around it
  chosenText(picker);
  clearTimeout(waiting.get(picker));
  waiting.set(picker, setTimeout(search, 120, picker));
}, true);
document.addEventListener("change", (event) => {
  if (pickerOf(event) && event.target.matches("[role=combobox]")) event.stopPropagation();
}, true);
document.addEventListener("keydown", (event) => {
  const picker = pickerOf(event);
  if (picker) onKey(event, picker);
}, true);
document.addEventListener("click", (event) => {
  const picker = pickerOf(event);
  if (picker && event.target.matches("[role=combobox]") && partsOf(picker).list.hidden) {
    event.target.select();
    search(picker);
  }
});
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("[data-picker] [data-value]");
  if (!option) return;
  event.preventDefault();
  pick(option.closest("[data-picker]"), option.dataset.value, option.dataset.text);
});
document.addEventListener("focusout", (event) => {
  const picker = pickerOf(event);
  if (picker && !picker.contains(event.relatedTarget)) leave(picker);
});
