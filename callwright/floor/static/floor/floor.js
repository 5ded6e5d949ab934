// The floor: hears what changes, paints it, and opens the panel with which a supervisor acts upon an agent.

import { paintAgents, paintChips } from "./floor-agents.js";
import { paintFigures, paintNotes, paintQueues, paintWaiting } from "./floor-parts.js";
import { clocks, Values } from "./values.js";

const floor = document.getElementById("floor");
const sheet = document.getElementById("sheet");
const values = new Values();
const part = (name) => floor.querySelector(`[data-part="${name}"]`);
const choice = { states: new Set(), queue: "", search: "" };
let chosen = "";
let opener = null;
let isAway = false;
let isAsking = false;
let heardMeanwhile = [];
let shownAt = Date.now();
let seen = "";
let turn = 0;

function paint() {
  paintNotes(floor.querySelector("[data-notes]"), values, isAway ? shownAt : 0);
  paintFigures(part("figures"), values);
  paintWaiting(part("waiting"), values);
  paintQueues(part("queues"), values);
  paintChips(part("chips"), values, choice);
  paintAgents(part("agents"), values, choice, chosen);
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
  isAway = Boolean(news.away);
  if (isAway) return;
  shownAt = news.at ?? shownAt;
  values.take(news);
}

// Several tabs share one stream, so that a page that comes later asks once for what the others were told before.
async function ask() {
  isAsking = true;
  heardMeanwhile = [];
  const answer = await fetch(floor.dataset.now, { headers: { Accept: "application/json" } }).catch(() => null);
  isAsking = false;
  if (answer?.ok) values.take({ all: true, set: await answer.json() });
  for (const news of heardMeanwhile) take(news);
  paint();
}

document.addEventListener("live:floor-now", ({ detail: { data } }) => {
  if (isAsking) heardMeanwhile.push(data);
  take(data);
  paint();
  followChosen();
});
document.addEventListener("live:all", ask);

// The panel reads itself again when its agent does something else; not while somebody chooses in it.
function followChosen() {
  const now = JSON.stringify(values.get(`a:${chosen}`) ?? null);
  if (chosen && now !== seen && !sheet.querySelector("select:focus")) openSheet(chosen, { again: true });
}

// What became of the last act stays, and an act meanwhile is newer than what is read here.
async function openSheet(id, { again = false } = {}) {
  turn += 1;
  const mine = turn;
  chosen = id;
  seen = JSON.stringify(values.get(`a:${id}`) ?? null);
  const answer = await fetch(floor.dataset.agent.replace("/0/", `/${id}/`), { headers: { "HX-Request": "true" } }).catch(() => null);
  const text = answer?.ok ? await answer.text() : "";
  if (turn !== mine) {
    seen = "";
    return;
  }
  if (!answer?.ok) return again || closeSheet();
  const said = again ? sheet.querySelector("[data-said]") : null;
  const focused = again && sheet.contains(document.activeElement);
  sheet.innerHTML = text;
  if (said) sheet.querySelector(".panel-body").prepend(said);
  window.htmx.process(sheet);
  sheet.hidden = false;
  if (!again || focused) sheet.focus({ preventScroll: again });
  paint();
}

sheet.addEventListener("htmx:before:request", () => {
  turn += 1;
});

function closeSheet() {
  sheet.hidden = true;
  sheet.replaceChildren();
  chosen = "";
  opener?.focus();
  paint();
}

floor.addEventListener("click", (event) => {
  const act = event.target.closest("[data-act]");
  if (act) {
    opener = act;
    openSheet(act.dataset.act);
  }
  if (event.target.closest("[data-close]")) closeSheet();
  const chip = event.target.closest("[data-state-chip]");
  if (!chip) return;
  if (!choice.states.delete(chip.dataset.stateChip)) choice.states.add(chip.dataset.stateChip);
  paint();
});
floor.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !sheet.hidden) closeSheet();
});
floor.querySelector("[data-search]").addEventListener("input", ({ target }) => {
  choice.search = target.value.trim().toLocaleLowerCase();
  paint();
});
floor.querySelector("[data-queue]").addEventListener("change", ({ target }) => {
  choice.queue = target.value;
  paint();
});

values.take({ all: true, set: JSON.parse(document.getElementById("now").textContent) });
paint();
ask();
setInterval(() => clocks.tick(), 1000);
