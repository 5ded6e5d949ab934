// The register by keyboard and pointer: moving in the rows, opening groups, columns, more criteria.

const page = document.getElementById("page");

function rows() {
  return [...document.querySelectorAll(".call-row")].filter((row) => row.offsetParent !== null);
}

function current() {
  return document.activeElement?.closest(".call-row") ?? document.querySelector('.call-row[aria-selected="true"]');
}

export function choose(row) {
  if (!row) return;
  for (const other of document.querySelectorAll('.call-row[aria-selected="true"]')) other.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : at + by];
  if (next) choose(next);
  else if (by > 0) document.querySelector(".more a")?.click();
}

const ACTIONS = {
  pick: () => {}, // picking.js
  next: () => step(1),
  previous: () => step(-1),
  open: () => current()?.querySelector(".call-link")?.click(),
  mark: () => current()?.querySelector("[data-marker-button]")?.click(),
  call: () => current()?.querySelector("[data-call]")?.click(),
};

document.addEventListener("click", (event) => {
  const action = event.target.closest("[data-row-action]");
  if (action) ACTIONS[action.dataset.rowAction]();
  const more = event.target.closest("[data-more-filters]");
  if (more) toggleFilters(more);
  if (event.target.closest("[data-open-columns]")) document.getElementById("columns").showModal();
  const row = event.target.closest(".call-row");
  if (row && !event.target.closest("a, button") && !String(getSelection())) choose(row);
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("dblclick", (event) => {
  if (!event.target.closest("a, button")) event.target.closest(".call-row")?.querySelector(".call-link")?.click();
});

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const row = event.target.closest?.(".call-row");
  if (!row || event.target !== row) return;
  if (event.key === "Enter") ACTIONS.open();
  else if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(-1);
  else return;
  event.preventDefault();
});

function toggleFilters(button) {
  const area = document.getElementById("more-filters");
  const open = area.toggleAttribute("data-closed") === false;
  button.setAttribute("aria-expanded", String(open));
  if (open) area.querySelector("input:not([type=hidden]), select")?.focus();
}

// Choosing a day means a period of one's own.
page.addEventListener("input", (event) => {
  if (event.target.matches('.custom-days input[type="date"]')) {
    document.querySelector('[name="period"][value="custom"]').checked = true;
  }
});

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("[data-group]") && event.target.open) {
    event.target.querySelector("[data-group-rows]").dispatchEvent(new CustomEvent("open-group"));
  }
}, true);

// What is kept under a name is the search that the list shows now.
document.addEventListener("htmx:after:swap", () => {
  const query = document.getElementById("register")?.dataset.query ?? "";
  for (const field of document.querySelectorAll("[data-current-query]")) field.value = query;
  if (document.activeElement?.matches("[data-more-filters]") && document.querySelector("#more-filters > .form-row")) {
    document.querySelector("#more-filters input:not([type=hidden])")?.focus();
  }
});
