// Toasts: from the page (Django messages), from an answer (HX-Trigger: toast) or from a script:
// document.dispatchEvent(new CustomEvent("toast", { detail: { text, undoUrl, tone } })).

const LIFE_MS = 6000;
const LIFE_WITH_UNDO_MS = 10_000;
const region = document.getElementById("toasts");

function retire(toast, life) {
  let timer = setTimeout(() => toast.remove(), life);
  const hold = () => clearTimeout(timer);
  const release = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), LIFE_MS);
  };
  toast.addEventListener("mouseenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("mouseleave", release);
  toast.addEventListener("focusout", release);
}

function show({ text, undoUrl = "", tone = "green" }) {
  const template = document.getElementById(tone === "red" ? "toast-red" : "toast-green");
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.querySelector("span").textContent = text;
  const undo = toast.querySelector("[data-undo]");
  if (undoUrl) {
    undo.hidden = false;
    undo.addEventListener("click", () => {
      toast.remove();
      window.htmx.ajax("POST", undoUrl, { source: document.body, swap: "none" });
    });
  } else {
    undo.remove();
  }
  region.append(toast);
  while (region.children.length > 3) region.firstElementChild.remove();
  retire(toast, undoUrl ? LIFE_WITH_UNDO_MS : LIFE_MS);
}

function wordsFor(status) {
  if (status === 401 || status === 403) return region.dataset.refused;
  if (status === 404 || status === 410) return region.dataset.gone;
  return region.dataset.failed;
}

if (region) {
  document.addEventListener("toast", (event) => show(event.detail));
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
  });
  for (const toast of region.querySelectorAll("[data-toast]")) retire(toast, LIFE_MS);

  // What a person asked for and did not get is said; a panel that refreshes by itself fails in silence and tries again.
  document.addEventListener("htmx:response:error", (event) => {
    const context = event.detail.ctx;
    const status = context?.response?.status ?? 500;
    if (context?.sourceElement?.hasAttribute?.("data-live") || status === 409 || status === 422) return;
    show({ text: wordsFor(status), tone: "red" });
  });
  document.addEventListener("htmx:error", (event) => {
    const context = event.detail.ctx;
    if (context?.response || context?.sourceElement?.hasAttribute?.("data-live")) return;
    show({ text: region.dataset.offline, tone: "red" });
  });
}
