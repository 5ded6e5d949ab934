// Whom to call or hand over to: a field with a list below it, worked with the arrow keys. In the dial form Enter fills in and
// calls; in a transfer Enter hands over at once and Shift+Enter asks first.

import { callFor } from "./behalf.js";

const listOf = (input) => input.closest(".search")?.querySelector(".found");
const optionsOf = (list) => [...list.querySelectorAll("[role=option]")];
const chosenOf = (list) => list.querySelector("[role=option][aria-selected=true]");
const isNumber = (text) => /^[+\d\s()*#/-]+$/.test(text);
// What is found for an earlier text must never be dialled for the present one: a call would go to the wrong person.
const isFresh = (input) => listOf(input).querySelector("[data-found-for]")?.dataset.foundFor === input.value.trim();

export function openTransfer(button) {
  const panel = document.getElementById(button.getAttribute("aria-controls"));
  panel.hidden = !panel.hidden;
  button.setAttribute("aria-expanded", String(!panel.hidden));
  if (!panel.hidden) panel.querySelector("input").focus();
}

function close(input) {
  const list = listOf(input);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
}

function move(input, step) {
  const list = listOf(input);
  const options = optionsOf(list);
  if (!options.length) return;
  const now = options.indexOf(chosenOf(list));
  const next = options[(now + step + options.length) % options.length];
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  input.dataset.moved = "true";
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function give(input, how, to) {
  window.htmx.ajax("POST", listOf(input).dataset[how], { source: document.body, swap: "none", values: { to } });
  input.closest(".transfer").hidden = true;
  input.value = "";
  close(input);
}

// Enter: a number as it is typed, unless another line was chosen; a name as soon as what is found belongs to it.
function decide(input, how) {
  const typed = input.value.trim();
  const isTransfer = input.closest(".transfer") !== null;
  if (isNumber(typed) && !input.dataset.moved) {
    if (isTransfer) give(input, how, typed);
    else input.form.requestSubmit();
    return;
  }
  if (!isFresh(input)) {
    input.dataset.waits = how;
    return;
  }
  delete input.dataset.waits;
  const option = chosenOf(listOf(input));
  if (!option) return;
  if (isTransfer) give(input, how, option.dataset.to);
  else take(input, option);
}

function take(input, option) {
  input.value = option.dataset.to;
  callFor(option.dataset.accountId, option.dataset.accountName);
  close(input);
  input.form.requestSubmit();
}

function onKey(event) {
  const input = event.target;
  if (!input.matches?.("[role=combobox]")) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(input, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    const panel = input.closest(".transfer");
    close(input);
    if (panel) {
      panel.hidden = true;
      panel.closest(".strip").querySelector("[data-transfer]")?.focus();
    } else input.blur();
  } else if (event.key === "Enter" && input.value.trim()) {
    event.preventDefault();
    decide(input, event.shiftKey ? "attended" : "blind");
  }
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[role=combobox]")) return;
  delete target.dataset.moved;
  delete target.dataset.waits;
});
document.addEventListener("keydown", onKey, true);
document.addEventListener("htmx:after:swap", () => {
  for (const list of document.querySelectorAll(".found")) {
    const input = list.closest(".search").querySelector("input");
    const isOpen = document.activeElement === input && list.children.length > 0;
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (input.dataset.waits && isFresh(input)) decide(input, input.dataset.waits);
  }
});
document.addEventListener("focusout", (event) => {
  const input = event.target;
  if (input.matches?.("[role=combobox]")) setTimeout(() => input.isConnected && document.activeElement !== input && close(input), 200);
});
// The list must not take the focus before its click is done.
document.addEventListener("mousedown", (event) => event.target.closest(".found") && event.preventDefault());
document.addEventListener("click", (event) => {
  const option = event.target.closest(".found [role=option]");
  if (!option) return;
  const input = option.closest(".search").querySelector("input");
  const how = event.target.closest("[data-give]")?.dataset.give;
  if (how) give(input, how, option.dataset.to);
  else if (input.closest(".transfer")) {
    for (const other of optionsOf(listOf(input))) other.setAttribute("aria-selected", String(other === option));
  } else take(input, option);
});
