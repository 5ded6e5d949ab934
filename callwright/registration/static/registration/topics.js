// The page of categories and topics: order and places are sent when they rest, what is typed to find narrows the lists,
// a topic is changed in a dialog. While something is being moved, the lists are not read again under the hand.

import { post } from "../kit/js/sending.js";

const REST_MS = 350;
const lists = () => document.getElementById("topic-lists");
const dialog = document.getElementById("topic-dialog");
const waiting = new Map();
let missed = false;
let sending = 0;

const ids = (list) => [...list.children].map((item) => item.dataset.id).join(",");
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const isBusy = () => waiting.size > 0 || sending > 0 || lists()?.querySelector(".dragging");

async function htmxPost(address, values) {
  sending += 1;
  await window.htmx.ajax("POST", address, { source: document.body, swap: "none", values }).catch(() => null);
  sending -= 1;
  catchUp();
}

// What is sent while the page goes away must outlive it.
const lastPost = (address, values) => post(address, values, { keepalive: true });

function send(item, how = htmxPost) {
  waiting.delete(item);
  const list = item.parentElement;
  if (!list) return;
  if (list.dataset.order) how(list.dataset.order, { order: ids(list) });
  else {
    const { to, parent = "" } = list.dataset;
    how(item.querySelector(".drag-handle").dataset.place, { to, parent, order: ids(list) });
  }
}

function say(item) {
  const said = document.querySelector("[data-moved]");
  const list = item.parentElement;
  const above = list.closest("li")?.dataset.name;
  const words = list.hasAttribute("data-under") ? said.dataset.movedUnder : said.dataset.moved;
  const values = { name: item.dataset.name, place: [...list.children].indexOf(item) + 1, all: list.children.length, above };
  said.textContent = words.replace(/%\((\w+)\)s/g, (_, key) => values[key]);
}

document.addEventListener("reorder", ({ detail: { item } }) => {
  if (!lists()?.contains(item)) return;
  say(item);
  clearTimeout(waiting.get(item));
  waiting.set(item, setTimeout(() => send(item), REST_MS));
});
addEventListener("pagehide", () => {
  for (const [item, timer] of waiting) {
    clearTimeout(timer);
    send(item, lastPost);
  }
});

// ── finding ──

function narrow() {
  const field = lists()?.querySelector("[data-topics-find]");
  if (!field) return;
  const wanted = plain(field.value.trim());
  const holds = (item) => plain(item.dataset.name).includes(wanted);
  let found = 0;
  for (const category of lists().querySelectorAll(".category")) {
    let here = 0;
    for (const top of category.querySelectorAll(".category-topics > .topics > .topic")) {
      const under = [...top.querySelectorAll(".topic")];
      for (const one of under) one.hidden = !holds(one) && !holds(top);
      top.hidden = !holds(top) && under.every((one) => one.hidden);
      here += top.hidden ? 0 : 1;
    }
    category.hidden = wanted !== "" && !here && !plain(category.dataset.name).includes(wanted);
    if (wanted && here) category.querySelector(".category-topics").open = true;
    found += category.hidden ? 0 : 1;
  }
  lists().classList.toggle("narrowed", wanted !== "");
  lists().querySelector("[data-topics-none]").hidden = found > 0;
}

function narrowPick(field) {
  const wanted = plain(field.value.trim());
  for (const one of field.closest("[data-pick]").querySelectorAll(".chip")) {
    one.hidden = !plain(one.textContent).includes(wanted) && !one.querySelector("input").checked;
  }
}

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-topics-find]")) narrow();
  if (target.matches("[data-pick-find]")) narrowPick(target);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.("[data-pick-find]")) event.preventDefault();
});

// ── changing a topic, adding topics ──

document.addEventListener("click", ({ target }) => {
  const opener = target.closest?.("[data-topic-dialog]");
  if (opener) {
    window.htmx.ajax("GET", opener.dataset.topicDialog, { target: "#topic-dialog-body", swap: "innerHTML" });
    dialog.showModal();
  }
  if (target === dialog || target.closest?.("[data-close-dialog]")) dialog.close();
});
document.addEventListener("topic-saved", () => dialog?.close());
document.addEventListener("htmx:after:swap", ({ target }) => {
  if (target.id === "topic-dialog-body") dialog.querySelector("[autofocus]")?.focus();
  narrow();
});

document.addEventListener("htmx:after:request", ({ target, detail }) => {
  const form = target.closest?.("[data-topic-add]");
  if (!form || !detail.ctx.response?.raw.ok) return;
  form.reset();
  form.elements.name.focus();
});

// ── reading again ──

// Neither asked for nor drawn while something moves: an answer that was on its way shows the order before.
for (const moment of ["htmx:before:request", "htmx:before:swap"]) {
  document.addEventListener(moment, (event) => {
    if (event.target !== lists() || !isBusy()) return;
    missed = true;
    event.preventDefault();
  });
}

function catchUp() {
  if (!missed || isBusy()) return;
  missed = false;
  lists().dispatchEvent(new CustomEvent("live"));
}
// What somebody folded or unfolded stays so.
window.htmx.config.morphIgnore = [...window.htmx.config.morphIgnore, "open"];
document.addEventListener("pointerup", () => setTimeout(catchUp, REST_MS * 2));
