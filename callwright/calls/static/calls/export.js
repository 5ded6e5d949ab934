// The export dialog of the register: it asks for the search that the page shows now.

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-open-export]")) return;
  const dialog = document.getElementById("export");
  dialog.showModal();
  const query = document.getElementById("register")?.dataset.query ?? "";
  const body = document.getElementById("export-body");
  window.htmx.ajax("GET", `${dialog.dataset.form}?query=${encodeURIComponent(query)}`, { target: body, swap: "innerHTML" });
});

// A small file is saved by the browser while the page stays; the dialog has done its work.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-export-form]")) setTimeout(() => document.getElementById("export").close(), 0);
});
