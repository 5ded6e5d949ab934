// What is looked up about the account folds out above the work side: it covers nothing, and is left again with Escape. With
// the arrow keys one goes from the field to what was found and on.

let cameFrom = null;

const fieldOf = (panel) => panel.querySelector("input[name=q]");
const stops = (panel) => [fieldOf(panel), ...panel.querySelectorAll(".looked-up summary, .looked-up button:not(:disabled)")].filter((one) => one.checkVisibility());

function ask(panel, entry) {
  const field = fieldOf(panel);
  const plain = field.dataset.plain ?? field.getAttribute("hx-get");
  field.dataset.plain = plain;
  if (!entry) return window.htmx.trigger(field, "look-up");
  field.value = "";
  return window.htmx.ajax("GET", `${plain}?entry=${encodeURIComponent(entry)}`, { source: panel, target: panel.querySelector(".looked-up"), swap: "innerHTML" });
}

function open(panel, entry = "") {
  cameFrom = document.activeElement;
  panel.open = true;
  panel.scrollIntoView({ block: "nearest" });
  fieldOf(panel).focus();
  ask(panel, entry);
}

function close(panel) {
  panel.open = false;
  const back = cameFrom?.isConnected && cameFrom.checkVisibility() ? cameFrom : panel.querySelector("summary");
  back.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const summary = event.target.closest?.("[data-lookup] > summary");
  if (summary) {
    event.preventDefault(); // it is opened here, with its first list
    const panel = summary.parentElement;
    if (panel.open) close(panel);
    else open(panel);
    return;
  }
  const button = event.target.closest?.("[data-look-up]");
  const card = button?.closest("[data-call]");
  const panel = card && document.querySelector(`#work-${CSS.escape(card.dataset.call)} [data-lookup]`);
  if (panel) open(panel, button.dataset.lookUp);
});

document.addEventListener("keydown", (event) => {
  const panel = event.target.closest?.("[data-lookup][open]");
  if (!panel) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(panel);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const all = stops(panel);
    const next = all[all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  } else if (event.key === "Enter" && event.target === fieldOf(panel)) {
    event.preventDefault();
    const first = panel.querySelector(".looked-up details.entry");
    if (!first) return;
    first.open = true;
    first.querySelector("summary").focus();
  }
}, true);
