// The floor: hears what changes, and paints it.

import { paintAgents, paintChips } from "./floor-agents.js";
import { keepPlace } from "./floor-keys.js";
import { paintFigures, paintNotes, paintQueues, paintWaiting } from "./floor-parts.js";
import { follow, openSheet, panel } from "./floor-sheet.js";
import { clocks, fill, number, timeOf, Values, words } from "./values.js";

const floor = document.getElementById("floor");
const values = new Values();
const part = (name) => floor.querySelector(`[data-part="${name}"]`);
const choice = { states: new Set(), queue: "", search: "" };
const SILENT_MS = 25_000; // a beat comes every ten seconds
const SAID_AFTER_MS = 800;
let isAway = false;
let heardAt = performance.now();
let shownAt = Date.now();
let heard = new Set(); // what the stream told since it was opened
let heardAll = false;
let sayLater = 0;

const isLost = () => performance.now() - heardAt > SILENT_MS;

// What is old is said to be old, and its clocks stand still.
function watch() {
  const isOld = isAway || isLost();
  clocks.frozenAt = isOld ? shownAt : 0;
  floor.toggleAttribute("data-old", isOld);
  const said = isLost() ? words.lost : isAway ? words.away : "";
  paintNotes(floor.querySelector("[data-notes]"), values, said && fill(said, { time: timeOf(shownAt) }));
}

function paint() {
  watch();
  paintFigures(part("figures"), values);
  paintWaiting(part("waiting"), values);
  paintQueues(part("queues"), values);
  paintChips(part("chips"), values, choice);
  keepPlace(() => paintAgents(part("agents"), values, choice, panel.agent));
  fillQueues();
  clocks.tick();
}

function fillQueues() {
  const select = floor.querySelector("[data-queue]");
  const queues = values.of("q").sort(([, a], [, b]) => a.n.localeCompare(b.n));
  const names = JSON.stringify(queues.map(([id, queue]) => [id, queue.n]));
  if (select.dataset.names === names) return;
  select.dataset.names = names;
  select.replaceChildren(select.options[0], ...queues.map(([id, queue]) => new Option(queue.n, id)));
  select.value = choice.queue;
}

function take(news) {
  if (news.at) clocks.offset = news.at - Date.now();
  heardAt = performance.now();
  isAway = Boolean(news.away);
  if (isAway) return;
  shownAt = news.at ?? shownAt;
  heardAll ||= Boolean(news.all);
  for (const name of [...Object.keys(news.set ?? {}), ...(news.gone ?? [])]) heard.add(name);
  values.take(news);
}

// Several tabs share one stream, so that a page that comes later asks once for what the others were told before. What the
// stream itself told is never older than the answer: it says each change.
async function ask() {
  const answer = await fetch(floor.dataset.now, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || heardAll) return;
  const found = await answer.json();
  if (heardAll) return;
  const kept = [...heard].map((name) => [name, values.get(name)]);
  values.take({ all: true, set: found });
  for (const [name, value] of kept) {
    if (value === undefined) values.delete(name);
    else values.set(name, value);
  }
  paint();
  follow(values);
}

document.addEventListener("live:floor-now", ({ detail: { data } }) => {
  take(data);
  paint();
  follow(values);
});
document.addEventListener("live:all", () => {
  heard = new Set();
  heardAll = false;
  ask();
});
document.addEventListener("floor:sheet", paint);

// How many fit is said once somebody has stopped choosing.
function chose() {
  paint();
  clearTimeout(sayLater);
  sayLater = setTimeout(() => {
    floor.querySelector("[data-announce]").textContent = fill(words.shown, { n: number(part("agents").querySelectorAll("[data-act]").length) });
  }, SAID_AFTER_MS);
}

floor.addEventListener("click", (event) => {
  const act = event.target.closest("[data-act]");
  if (act) openSheet(act.dataset.act, values);
  const chip = event.target.closest("[data-state-chip]");
  if (!chip) return;
  if (!choice.states.delete(chip.dataset.stateChip)) choice.states.add(chip.dataset.stateChip);
  chose();
});
floor.querySelector("[data-search]").addEventListener("input", ({ target }) => {
  choice.search = target.value.trim().toLocaleLowerCase();
  chose();
});
floor.querySelector("[data-queue]").addEventListener("change", ({ target }) => {
  choice.queue = target.value;
  chose();
});

values.take({ all: true, set: JSON.parse(document.getElementById("now").textContent) });
paint();
ask();
setInterval(() => {
  watch();
  clocks.tick();
}, 1000);
