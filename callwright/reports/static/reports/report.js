// The page of a report: one key swaps chart and table, and the dialogs ask for what the page shows now.

function swap() {
  const choices = [...document.querySelectorAll('#report-form input[name="show"]')];
  const now = choices.find((one) => one.checked)?.value;
  const next = choices.find((one) => one.value === (now === "table" ? "chart" : "table"));
  if (!next) return;
  next.checked = true;
  next.dispatchEvent(new Event("change", { bubbles: true }));
}

function open(button) {
  const dialog = document.getElementById("report-dialog");
  const body = document.getElementById("report-dialog-body");
  const query = button.dataset.query ?? document.getElementById("report")?.dataset.query ?? "";
  document.getElementById("report-dialog-title").textContent = button.textContent.trim();
  dialog.showModal();
  window.htmx.ajax("GET", `${button.dataset.form}query=${encodeURIComponent(query)}`, { target: body, swap: "innerHTML" });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-swap]")) swap();
  const opener = event.target.closest("[data-opens]");
  if (opener) open(opener);
});

// A file is saved by the browser while the page stays; the dialog has done its work.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-file-form]")) setTimeout(() => document.getElementById("report-dialog").close(), 0);
});
