// The floor beside its agents: figures of today, waiting calls, queues, and what is not known now.

import { fill, icon, keyed, made, number, setSince, setText, share, since, timeOf, words } from "./values.js";

export function paintNotes(place, values, old) {
  const notes = old ? [["alert-triangle", old, "red"]] : [];
  for (const [, { n, t }] of values.of("x")) notes.push(["plug-connected-x", fill(words.pbx_away, { pbx: n, time: timeOf(t) }), "yellow"]);
  const shown = JSON.stringify(notes);
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  place.replaceChildren(...notes.map(([sign, text, tone]) => made("p", { class: "notice", "data-tone": tone }, icon(sign), made("span", {}, text))));
}

function figures(values) {
  const day = values.get("day");
  const { within, target } = values.get("set");
  const waiting = values.of("w");
  const longest = waiting.reduce((oldest, [, call]) => Math.min(oldest, call.t ?? oldest), Number.POSITIVE_INFINITY);
  const reached = day.sl === null ? null : day.sl >= target;
  const said = reached === null ? "" : ` · ${reached ? words.reached : words.below}`;
  return [
    ["level", { value: share(day.sl), label: words.level, sign: reached === false ? "trending-down" : "trending-up", tone: reached === null ? "" : reached ? "green" : "red", more: fill(words.of_target, { target, within }) + said }],
    ["waiting", { value: number(waiting.length), label: words.waiting, sign: "hourglass", tone: waiting.length ? "accent" : "" }],
    ["longest", { t: waiting.length ? longest : null, limit: within * 1000, label: words.longest, sign: "clock" }],
    ["answered", { value: number(day.a), label: words.answered, sign: "phone-check" }],
    ["missed", { value: number(day.m), label: words.missed, sign: "phone-x" }],
    ["abandoned", { value: number(day.b), label: words.abandoned, sign: "user-off" }],
    ["back", { value: number(day.c), label: words.not_called_back, sign: "phone-outgoing", tone: day.c ? "red" : "" }],
  ];
}

export function paintFigures(place, values) {
  const make = (_key, figure) => made("div", { class: "floor-figure" }, made("span", { class: "small" }, icon(figure.sign), figure.label), made("strong", {}, ...("t" in figure ? [since(null)] : [])), made("span", { class: "small" }));
  keyed(place, figures(values), make, (element, figure) => {
    element.dataset.tone = figure.tone ?? "";
    if ("t" in figure) setSince(element.children[1].firstElementChild, figure.t, figure.limit);
    else setText(element.children[1], figure.value);
    setText(element.children[2], figure.more ?? "");
    element.children[2].hidden = !figure.more;
  });
}

function emptyOr(place, className, tag, isEmpty, text) {
  const wanted = isEmpty ? "floor-empty" : className;
  if (place.firstElementChild?.className !== wanted) place.replaceChildren(made(isEmpty ? "p" : tag, { class: wanted }));
  if (isEmpty) setText(place.firstElementChild, text);
  return place.firstElementChild;
}

export function paintWaiting(place, values) {
  const { within } = values.get("set");
  const calls = values.of("w").sort(([, a], [, b]) => (a.t ?? 0) - (b.t ?? 0));
  const list = emptyOr(place, "floor-waiting", "ol", !calls.length, words.nobody_waits);
  if (!calls.length) return;
  const make = () => made("li", {}, since(null), made("bdi"), made("bdi", { class: "soft" }));
  keyed(list, calls, make, (row, call) => {
    setSince(row.children[0], call.t, within * 1000);
    setText(row.children[1], call.who || words.withheld);
    setText(row.children[2], [call.n, call.acc].filter(Boolean).join(" · "));
    row.toggleAttribute("data-unknown", Boolean(call.x));
  });
}

const COLUMNS = [
  ["w", "head_waiting"],
  ["l", "head_longest"],
  ["f", "head_free"],
  ["t", "head_talking"],
  ["p", "head_paused"],
  ["sl", "head_level"],
];

export function paintQueues(place, values) {
  const queues = values.of("q").sort(([, a], [, b]) => b.w - a.w || a.n.localeCompare(b.n));
  const { within } = values.get("set");
  const table = emptyOr(place, "floor-queues", "table", !queues.length, words.no_queues);
  if (!queues.length) return;
  if (!table.tBodies.length) {
    const head = COLUMNS.map(([, word]) => made("th", { scope: "col" }, words[word]));
    table.append(made("thead", {}, made("tr", {}, made("th", { scope: "col" }, words.queue), ...head)), made("tbody"));
  }
  const make = () => made("tr", {}, made("th", { scope: "row" }, made("bdi")), ...COLUMNS.map(([name]) => made("td", {}, ...(name === "l" ? [since(null)] : []))));
  keyed(table.tBodies[0], queues, make, (row, queue) => {
    setText(row.firstElementChild.firstElementChild, queue.n);
    row.firstElementChild.title = queue.n;
    row.toggleAttribute("data-waiting", queue.w > 0);
    row.toggleAttribute("data-unknown", Boolean(queue.x));
    for (const [at, [name]] of COLUMNS.entries()) {
      const cell = row.children[at + 1];
      if (name === "l") setSince(cell.firstElementChild, queue.l, within * 1000);
      else setText(cell, name === "sl" ? share(queue.sl) : number(queue[name]));
    }
  });
}
