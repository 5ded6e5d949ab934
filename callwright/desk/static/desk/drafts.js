// Notes and new callers are saved as they are typed. What could not be saved is kept in this browser and tried again, so that
// a lost connection or a closed tab loses no word.

const WAIT_MS = 500;
const AGAIN_MS = 4000;
const timers = new WeakMap();
const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
const keyOf = (form) => `desk-draft:${form.dataset.save}`;

function say(form, text) {
  const shown = form.querySelector("[data-save-state]") ?? form.closest("section")?.querySelector("[data-save-state]");
  if (shown) shown.textContent = text;
}

function soon(form, wait) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), wait));
}

async function save(form) {
  clearTimeout(timers.get(form));
  const values = new URLSearchParams(new FormData(form));
  const sent = values.toString();
  say(form, form.dataset.saving);
  try {
    const answer = await fetch(form.dataset.save, {
      method: "POST",
      body: values,
      headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      keepalive: true,
    });
    if (answer.status === 422) {
      say(form, (await answer.json()).error);
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    if (new URLSearchParams(new FormData(form)).toString() !== sent) return;
    form.removeAttribute("data-unsaved");
    for (const field of form.querySelectorAll("textarea")) field.defaultValue = field.value; // what is kept now
    localStorage.removeItem(keyOf(form));
    say(form, form.dataset.saved);
  } catch {
    localStorage.setItem(keyOf(form), sent);
    say(form, form.dataset.failed);
    if (form.isConnected) soon(form, AGAIN_MS);
  }
}

function changed(event) {
  const form = event.target.closest?.("form[data-save]");
  if (!form) return;
  form.dataset.unsaved = "true";
  soon(form, event.type === "change" && event.target.type === "checkbox" ? 0 : WAIT_MS);
}

document.addEventListener("input", changed);
document.addEventListener("change", changed);
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-save]");
  if (!form) return;
  event.preventDefault();
  save(form);
});
document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.("form[data-save][data-unsaved]");
  if (form) save(form);
});
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-add-caller]")?.closest("form[data-save]");
  if (form) save(form);
});
window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-save][data-unsaved]")) save(form);
});

// A draft that was left behind by a lost connection is put back and saved.
function restore(form) {
  const kept = localStorage.getItem(keyOf(form));
  const text = form.querySelector("textarea, input:not([type=checkbox])");
  if (!kept || !text || text.value) return;
  for (const [name, value] of new URLSearchParams(kept)) {
    const field = form.elements.namedItem(name);
    if (field?.matches?.("textarea, input:not([type=checkbox])")) field.value = value;
  }
  form.dataset.unsaved = "true";
  soon(form, 0);
}

document.addEventListener("desk:opened", () => {
  for (const form of document.querySelectorAll("form[data-save]")) restore(form);
});
for (const form of document.querySelectorAll("form[data-save]")) restore(form);
