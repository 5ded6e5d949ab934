// What somebody has unfolded stays open when its part of the page is drawn anew: each <details> that has an id.

const open = new Set();

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.localName === "details" && target.id) open[target.open ? "add" : "delete"](target.id);
  },
  true,
);
document.addEventListener("htmx:after:swap", () => {
  for (const id of open) {
    const fold = document.getElementById(id);
    if (fold) fold.open = true;
  }
});
