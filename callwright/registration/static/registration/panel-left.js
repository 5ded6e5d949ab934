// What was ticked and could not be saved where it was: of a call that became part of another, or in a tab that is closed.

import { boxesOf, changed, forget, PREFIX, post, refreshPanel, sectionOf } from "./panel.js";

// What is not saved of a call that became part of another is ticked and written on there.
export function handOver(from, to) {
  const [old, form] = [from, to].map((part) => part.querySelector("form[data-register]"));
  if (!old?.dataset.unsaved) return;
  for (const box of form ? boxesOf(form) : []) {
    box.checked ||= boxesOf(old).some((one) => one.checked && one.value === box.value);
  }
  if (form) {
    const [said, more] = [form.elements.comment.value, old.elements.comment.value];
    form.elements.comment.value = !said || more.startsWith(said) ? more || said : `${said}\n${more}`;
    changed(form, 0);
  }
  forget(old);
}

const mine = () => document.querySelector("#desk, form[data-register]")?.dataset.user;
// A page for logging in is no answer.
const hasAnswered = (answer) => answer.status === 404 || answer.headers.get("content-type").includes("json");

// What was left behind, in this tab or another: sent again; that it is the older one the server knows by its number.
async function sendLeftBehind() {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
    const text = localStorage.getItem(key);
    const [user, url] = key.slice(PREFIX.length).split(/:(.*)/s);
    const form = document.querySelector(`form[data-register="${CSS.escape(url)}"]`);
    if (!text || user !== mine() || form?.dataset.unsaved) continue;
    const isAnswered = await post(url, new URLSearchParams(text)).then(hasAnswered, () => false);
    if (isAnswered && localStorage.getItem(key) === text) localStorage.removeItem(key);
    if (isAnswered && form) refreshPanel(sectionOf(form).dataset.registration);
  }
}

setTimeout(sendLeftBehind, 1500);
setInterval(sendLeftBehind, 30_000);
