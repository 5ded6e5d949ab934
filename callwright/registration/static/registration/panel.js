// The panel on which calls are registered. What is ticked is saved at once and what is typed soon after, one save of a call at
// a time; it is kept in this browser until the server has it, so that a lost connection or a closed tab loses nothing. Every
// save carries a number that grows, so that of two the newer one stands, in whatever order they arrive.

const COMMENT_MS = 800;
const AGAIN_MS = 4000;
const ANSWER_WITHIN_MS = 15_000;
export const PREFIX = "registration-draft:";
const running = new WeakMap();
const timers = new WeakMap();
const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
const headers = () => ({ "X-CSRFToken": token(), "HX-Request": "true" });
const keyOf = (form) => `${PREFIX}${form.dataset.user}:${form.dataset.register}`;
const formOf = (element) => element.closest?.("form[data-register]");
export const sectionOf = (form) => form.closest("[data-registration]");
export const boxesOf = (form) => [...form.querySelectorAll("input:is([type=checkbox], [type=radio])")];

// The server's clock, by what it said when it drew the panel.
function nextRevision(form) {
  form.drift ??= Number(form.dataset.now) - Date.now();
  form.dataset.revision = Math.max(Number(form.dataset.revision) + 1, Math.round(Date.now() + form.drift));
  return form.dataset.revision;
}

function valuesOf(form) {
  const values = new URLSearchParams(boxesOf(form).filter((box) => box.checked).map((box) => ["topic", box.value]));
  values.append("comment", form.elements.comment.value);
  values.append("revision", form.dataset.revision);
  return values;
}

function say(form, text, isWrong = false) {
  const shown = sectionOf(form).querySelector("[data-save-state]");
  shown.textContent = text;
  shown.toggleAttribute("data-wrong", isWrong);
}

function keep(form, values) {
  try {
    localStorage.setItem(keyOf(form), values.toString());
  } catch {
    // The browser keeps nothing (full, or forbidden): then the server alone does.
  }
}

export function forget(form) {
  delete form.dataset.unsaved;
  localStorage.removeItem(keyOf(form));
}

function askForComment(form) {
  const isAsked = boxesOf(form).some((box) => box.checked && "wantsComment" in box.dataset);
  form.querySelector("[data-comment-wanted]").hidden = !isAsked || form.elements.comment.value.trim() !== "";
}

function count(form) {
  const { value, dataset } = form.elements.comment;
  const left = Number(dataset.limit) - [...value].length;
  const shown = form.querySelector("[data-count]");
  shown.hidden = left > Math.min(100, dataset.limit / 2);
  shown.textContent = left;
  shown.toggleAttribute("data-wrong", left < 0);
  form.elements.comment.setAttribute("aria-invalid", left < 0);
  return left >= 0;
}

export function changed(form, wait) {
  nextRevision(form);
  askForComment(form);
  form.dataset.unsaved = "true";
  keep(form, valuesOf(form));
  if (!count(form)) return say(form, form.dataset.tooLong, true);
  say(form, form.dataset.saving);
  soon(form, wait);
}

function soon(form, wait) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), wait));
}

export async function save(form) {
  clearTimeout(timers.get(form));
  if (running.has(form)) return running.set(form, "again");
  running.set(form, "once");
  const isAnswered = await send(form);
  const again = running.get(form) === "again";
  running.delete(form);
  if (!form.isConnected && isAnswered) return;
  if (!isAnswered) soon(form, AGAIN_MS);
  else if (again && form.dataset.unsaved) save(form);
}

// Whether the server gave an answer that stands.
async function send(form) {
  const values = valuesOf(form);
  form.dataset.sent = values.get("revision");
  try {
    const answer = await post(form.dataset.register, values);
    if (answer.status === 404) forget(form);
    else if ([409, 422].includes(answer.status)) refused(form, values, await answer.json());
    else saved(form, values, await answer.json());
    return true;
  } catch {
    say(form, form.dataset.failed, true);
    return false;
  }
}

export async function post(url, values) {
  const answer = await fetch(url, {
    method: "POST",
    body: values,
    headers: headers(),
    keepalive: true,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (answer.ok || [404, 409, 422].includes(answer.status)) return answer;
  throw new Error(String(answer.status));
}

function saved(form, values, { revision, overtaken }) {
  if (Number(form.dataset.revision) < revision) form.dataset.revision = revision;
  if (valuesOf(form).toString() !== values.toString() && !overtaken) return; // changed meanwhile: the next save tells
  forget(form);
  say(form, form.dataset.saved);
  form.dispatchEvent(new CustomEvent("registration:saved", { bubbles: true }));
  if (overtaken) refreshPanel(sectionOf(form).dataset.registration);
}

// Not kept: what stands is shown again, and why. A comment stays until it is short enough.
async function refused(form, values, { error, reason }) {
  if (reason !== "comment_too_long") {
    if (valuesOf(form).toString() === values.toString()) forget(form);
    await refreshPanel(sectionOf(form).dataset.registration);
  }
  const now = document.querySelector(`form[data-register="${CSS.escape(form.dataset.register)}"]`);
  if (now) say(now, error, true);
}

// As it stands on the server; left alone while something of it is not saved.
export async function refreshPanel(id) {
  const section = document.querySelector(`[data-registration="${CSS.escape(id)}"]`);
  const form = section?.querySelector("form");
  if (!form || form.dataset.unsaved) return;
  const answer = await fetch(form.dataset.panel, { headers: headers(), cache: "no-store" }).catch(() => null);
  const html = answer?.status === 200 ? await answer.text().catch(() => null) : null;
  if (html === null || form.dataset.unsaved || !section.isConnected) return;
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = template.content.firstElementChild;
  const { value, name } = section.contains(document.activeElement) ? document.activeElement : {};
  section.replaceWith(fresh);
  if (name) fresh.querySelector(name === "comment" ? "[name=comment]" : `[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`)?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
}

export function heardOf(id, { by, revision }) {
  const form = document.querySelector(`[data-registration="${CSS.escape(id)}"] form`);
  // My own save, or one that this panel knows of by now.
  if (form && String(by) === form.dataset.user && revision <= Math.max(form.dataset.revision, form.dataset.sent ?? 0)) return;
  refreshPanel(id);
}

document.addEventListener("change", (event) => {
  const form = formOf(event.target);
  if (form && event.target.matches("[type=checkbox], [type=radio]")) changed(form, 0);
});
document.addEventListener("input", (event) => {
  const form = event.target.name === "comment" && formOf(event.target);
  if (form) changed(form, COMMENT_MS);
});
document.addEventListener("submit", (event) => {
  const form = formOf(event.target);
  if (!form) return;
  event.preventDefault();
  if (form.dataset.unsaved && count(form)) save(form);
});
document.addEventListener("focusout", (event) => {
  const form = event.target.name === "comment" ? formOf(event.target) : null;
  if (form?.dataset.unsaved && count(form)) save(form);
});
window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-register][data-unsaved]")) if (count(form)) send(form);
});
