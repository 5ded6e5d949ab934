// The list of contacts by keyboard: / focuses the search (kit/keys.js), Down goes into the rows, Up and Down move,
// Enter opens; Enter in the search opens the first find once the rows belong to what was typed.

const search = document.querySelector("[data-contact-search] input[type=search]");
let pending = false;

function links() {
  return [...document.querySelectorAll("#contacts .contact-link")];
}

function move(from, step) {
  const all = links();
  const next = all[all.indexOf(from) + step];
  if (next) next.focus();
  else if (step < 0) search.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const link = event.target.closest?.(".contact-link");
  if (event.target === search && event.key === "ArrowDown") {
    event.preventDefault();
    links()[0]?.focus();
  } else if (event.target === search && event.key === "Enter" && search.value && !pending) {
    const first = links()[0];
    if (!first) return;
    event.preventDefault();
    first.click();
  } else if (link && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    move(link, event.key === "ArrowDown" ? 1 : -1);
  }
});

// What is on the screen answers an older text until the rows have been swapped.
search?.addEventListener("input", () => {
  pending = true;
});
document.addEventListener("htmx:after:swap", () => {
  pending = false;
});
