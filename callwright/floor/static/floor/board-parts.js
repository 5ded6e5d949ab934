// The parts of the wallboard beside its agents: the figures of today, the queues, who waits.

import { fill, icon, keyed, made, number, setSince, setText, share, since, words } from "./values.js";

// In rem: what a part leaves free above and below, and the line that tells of the rest.
const PADDING = 0.8;
const REST = 1.36;
const rem = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

function longestOf(values) {
  return values.of("w").reduce((oldest, [, call]) => Math.min(oldest, call.t ?? oldest), Number.POSITIVE_INFINITY);
}

function figures(values) {
  const day = values.get("day");
  const { within, target } = values.get("set");
  const waiting = values.of("w").length;
  const reached = day.sl === null ? null : day.sl >= target;
  const level = reached === null ? {} : { tone: reached ? "green" : "red", sign: reached ? "trending-up" : "trending-down" };
  const said = reached === null ? "" : ` · ${reached ? words.reached : words.below}`;
  return [
    ["level", { value: share(day.sl), label: words.level, ...level, more: fill(words.of_target, { target, within }) + said }],
    ["waiting", { value: number(waiting), label: words.waiting, sign: "hourglass", tone: waiting ? "accent" : "" }],
    ["longest", { t: waiting ? longestOf(values) : null, limit: within * 1000, label: words.longest, sign: "clock" }],
    ["answered", { value: number(day.a), label: words.answered, sign: "phone-check" }],
    ["missed", { value: number(day.m), label: words.missed, sign: "phone-x" }],
    ["abandoned", { value: number(day.b), label: words.abandoned, sign: "user-off" }],
    ["back", { value: number(day.c), label: words.not_called_back, sign: "phone-outgoing", tone: day.c ? "red" : "" }],
  ];
}

function makeFigure() {
  const value = made("strong", { class: "wall-value" });
  return made("div", { class: "wall-figure" }, made("span", { class: "wall-label" }), value, made("span", { class: "wall-more" }));
}

function updateFigure(element, figure) {
  const [label, value, more] = element.children;
  element.dataset.tone = figure.tone || "";
  if (label.textContent !== figure.label || label.dataset.sign !== figure.sign) {
    label.replaceChildren(...(figure.sign ? [icon(figure.sign)] : []), figure.label);
    label.dataset.sign = figure.sign ?? "";
  }
  if ("t" in figure) {
    if (!value.firstElementChild) value.append(since(null));
    setSince(value.firstElementChild, figure.t, figure.limit);
  } else setText(value, figure.value);
  value.toggleAttribute("data-long", value.textContent.length > 3);
  value.toggleAttribute("data-hours", "t" in figure && value.textContent.length > 5);
  setText(more, figure.more ?? "");
}

export function paintTotals(part, values) {
  keyed(part, figures(values), makeFigure, updateFigure);
}

const COLUMNS = [
  ["w", "head_waiting"],
  ["l", "head_longest"],
  ["f", "head_free"],
  ["t", "head_talking"],
  ["u", "head_wrap_up"],
  ["p", "head_paused"],
  ["sl", "head_level"],
];

function tableOf(part) {
  if (part.firstElementChild) return part.querySelector("tbody");
  const head = COLUMNS.map(([name, word]) => made("th", { scope: "col", class: `wall-${name}` }, words[word]));
  const body = made("tbody");
  const table = made("table", {}, made("thead", {}, made("tr", {}, made("th", { scope: "col" }, words.queue), ...head)), body);
  part.append(table, made("p", { class: "wall-rest" }));
  return body;
}

function makeQueue() {
  const cells = COLUMNS.map(([name]) => made("td", { class: `wall-${name}` }, ...(name === "l" ? [since(null)] : [])));
  return made("tr", {}, made("th", { scope: "row" }, made("bdi")), ...cells);
}

const urgency = ([, a], [, b]) =>
  b.w - a.w || (a.l ?? 0) - (b.l ?? 0) || (a.sl ?? 101) - (b.sl ?? 101) || a.n.localeCompare(b.n);

export function paintQueues(part, values) {
  const body = tableOf(part);
  const { within, target } = values.get("set");
  const queues = values.of("q");
  const rest = part.lastElementChild;
  const room = part.clientHeight / rem() - body.previousElementSibling.offsetHeight / rem() - PADDING;
  const fits = queues.length <= Math.floor(room / 1.75);
  const shown = fits ? queues : queues.sort(urgency).slice(0, Math.max(1, Math.floor((room - REST) / 1.75)));
  keyed(body, shown, makeQueue, (row, queue) => {
    setText(row.firstElementChild.firstElementChild, queue.n);
    row.toggleAttribute("data-unknown", Boolean(queue.x));
    row.toggleAttribute("data-waiting", queue.w > 0);
    for (const [place, [name]] of COLUMNS.entries()) {
      const cell = row.children[place + 1];
      if (name === "l") setSince(cell.firstElementChild, queue.l, within * 1000);
      else setText(cell, name === "sl" ? share(queue.sl) : number(queue[name]));
    }
    row.lastElementChild.dataset.tone = queue.sl === null ? "" : queue.sl >= target ? "green" : "red";
  });
  const left = fits ? [] : queues.slice(shown.length);
  const w = left.reduce((sum, [, queue]) => sum + queue.w, 0);
  const text = fits ? (queues.length ? "" : words.no_queues) : fill(w ? words.more_queues_waiting : words.more_queues, { n: number(left.length), w: number(w) });
  setText(rest, text);
}

function listOf(part) {
  if (!part.firstElementChild) {
    part.append(made("h2", {}, icon("hourglass"), words.waiting), made("ol"), made("p", { class: "wall-rest" }));
  }
  return part.children[1];
}

export function paintWaiting(part, values) {
  const list = listOf(part);
  const { within } = values.get("set");
  const calls = values.of("w").sort(([, a], [, b]) => (a.t ?? 0) - (b.t ?? 0));
  const room = part.clientHeight / rem() - part.firstElementChild.offsetHeight / rem() - PADDING;
  const fits = calls.length <= Math.floor(room / 2.1);
  const shown = fits ? calls : calls.slice(0, Math.max(1, Math.floor((room - REST) / 2.1)));
  const make = () => made("li", {}, since(null), made("span", {}, made("bdi")));
  keyed(list, shown, make, (row, call) => {
    setSince(row.firstElementChild, call.t, within * 1000);
    setText(row.lastElementChild.firstElementChild, call.n);
    row.toggleAttribute("data-unknown", Boolean(call.x));
  });
  const left = calls.length - shown.length;
  setText(part.lastElementChild, calls.length ? (left ? fill(words.more_waiting, { n: number(left) }) : "") : words.nobody_waits);
}
