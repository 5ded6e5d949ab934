// The page of one call: its path as a drawing or as a table, remembered while the call goes on.

let asTable = false;

function show() {
  const drawn = document.querySelector(".path-drawn");
  const table = document.querySelector(".path-table");
  if (!drawn || !table) return;
  drawn.hidden = asTable;
  table.hidden = !asTable;
  document.querySelector("[data-path-table]").setAttribute("aria-pressed", String(asTable));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-path-table]")) return;
  asTable = !asTable;
  show();
});
document.addEventListener("htmx:after:swap", show);
