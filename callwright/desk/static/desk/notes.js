// The note is sent when somebody says so (button, S, Ctrl+Enter): what is still being typed is saved first, and what could
// not be sent because the line is down is sent once it is back. How the note stands is drawn by the server.

const AGAIN_MS = 4000;
const ANSWER_WITHIN_MS = 15_000;
const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
const asked = new WeakSet(); // forms that are to be sent once they are saved
const sending = new WeakSet();

function say(form, text) {
  form.closest("section").querySelector("[data-save-state]").textContent = text;
}

function show(form, html) {
  const place = form.querySelector("[data-note-state]");
  if (!place || html === undefined) return;
  const hadFocus = place.contains(document.activeElement);
  place.innerHTML = html;
  document.dispatchEvent(new CustomEvent("htmx:after:swap")); // the keys are named
  if (hadFocus) (place.querySelector("[data-send-note]") ?? form.querySelector("textarea")).focus();
}

function ask(form) {
  asked.add(form);
  if (form.dataset.unsaved) form.requestSubmit();
  else send(form);
}

async function send(form) {
  if (sending.has(form) || !form.isConnected) return;
  asked.delete(form);
  sending.add(form);
  try {
    const answer = await fetch(form.dataset.send, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (answer.status === 404) return;
    if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    const { state, error } = await answer.json();
    show(form, state);
    say(form, error || form.dataset.saved);
  } catch {
    say(form, form.dataset.notSent);
    setTimeout(() => ask(form), AGAIN_MS);
  } finally {
    sending.delete(form);
  }
}

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-send-note]")?.closest("form[data-send]");
  if (form) ask(form);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.repeat) return;
  const form = event.target.closest?.("form[data-send]");
  if (!form) return;
  event.preventDefault();
  ask(form);
});
document.addEventListener("desk:saved", (event) => {
  const form = event.target;
  if (!form.matches("form[data-send]")) return;
  show(form, event.detail.state);
  if (asked.has(form)) send(form);
});
