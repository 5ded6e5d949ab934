// What was typed or chosen before htmx listened is told once more: else a field would hold one search, and the page show
// another. This stands before htmx in the page, so that it hears of every element that htmx begins to listen to.

const SEARCH = '[hx-get]:is([hx-trigger*="input"], [hx-trigger*="change"])';
const FIELD = "input, select, textarea";
const CHOICE = "select, [type=checkbox], [type=radio]";

// As the server drew it, as far as a search is concerned: of radio buttons only the chosen one counts.
function isAsDrawn(field) {
  if (field.matches("select")) {
    const drawn = [...field.options].findLast((option) => option.defaultSelected) ?? field.options[0];
    return !drawn || drawn.selected;
  }
  if (field.matches("[type=radio]")) return !field.checked || field.defaultChecked;
  if (field.matches("[type=checkbox]")) return field.checked === field.defaultChecked;
  return field.value === field.defaultValue;
}

// The events that the browser sent then; a text in which somebody still types has not changed yet.
function tellAgain(field) {
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (field.matches(CHOICE) || field !== document.activeElement) field.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("htmx:after:init", ({ target }) => {
  if (!target.matches(SEARCH)) return;
  for (const field of target.elements ?? [target]) if (field.matches(FIELD) && !isAsDrawn(field)) tellAgain(field);
});
