// The wallboard: hears its values, and paints what changed. Nothing on it can be clicked.

import { paintAgents } from "./board-agents.js";
import { paintQueues, paintTotals, paintWaiting } from "./board-parts.js";
import { clocks, fill, made, icon, timeOf, Values, words } from "./values.js";

const body = document.body;
const values = new Values();
const parts = Object.fromEntries([...document.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
const SILENT_MS = 25_000; // a beat comes every ten seconds
const BLINK_MS = 3_000;
const AGAIN_MS = 3_000;
const REMEMBER_MS = 12 * 3_600_000;
const AGAIN_WITHDRAWN_MS = 60_000;
const painters = { totals: paintTotals, queues: paintQueues, waiting: paintWaiting, agents: paintAgents };

let stream = null;
let heardAt = performance.now();
let brokeAt = 0;
let shownAt = 0;
let isAway = false;
let isWithdrawn = false;
let revision = "";
let shownNotes = "";

function paint() {
  performance.mark("paint");
  for (const [name, part] of Object.entries(parts)) if (!part.hidden) painters[name](part, values);
  clocks.tick();
  performance.measure("board-paint", "paint");
}

function show() {
  const { rev, parts: chosen } = values.get("set");
  if (revision && rev !== revision) return location.reload();
  revision = rev;
  for (const [name, part] of Object.entries(parts)) part.hidden = !chosen.includes(name);
  body.dataset.parts = chosen.join(" ");
  document.querySelector("[data-opening]").hidden = true;
  document.querySelector("[data-board]").hidden = false;
  paint();
}

function onMessage({ data }) {
  const message = JSON.parse(data);
  if (message.name !== "board") return;
  heardAt = performance.now();
  brokeAt = 0;
  clocks.offset = message.data.at - Date.now();
  isAway = Boolean(message.data.away);
  if (!isAway) {
    shownAt = message.data.at;
    values.take(message.data);
    show();
  }
  watch();
}

function isLost() {
  const now = performance.now();
  return now - heardAt > SILENT_MS || (brokeAt > 0 && now - brokeAt > BLINK_MS);
}

function noted() {
  const time = timeOf(shownAt || Date.now(), body.dataset.zone);
  if (isWithdrawn) return [["lock", words.withdrawn, "red"]];
  if (isLost()) return [["wifi-off", fill(words.lost, { time }), "red"]];
  if (isAway) return [["alert-triangle", fill(words.away, { time }), "red"]];
  return values.of("x").map(([, { n, t }]) => [
    "plug-connected-x",
    fill(words.pbx_away, { pbx: n, time: timeOf(t, body.dataset.zone) }),
    "yellow",
  ]);
}

// What is old is shown as old: pale, with the time it is of, and its clocks stand still.
function watch() {
  const notes = noted();
  const isOld = isWithdrawn || isAway || isLost();
  body.toggleAttribute("data-old", isOld);
  clocks.frozenAt = isOld ? shownAt : 0;
  if (isWithdrawn) for (const part of Object.values(parts)) part.replaceChildren();
  if (JSON.stringify(notes) === shownNotes) return;
  shownNotes = JSON.stringify(notes);
  const lines = notes.map(([sign, text, tone]) => made("p", { class: "wall-note", "data-tone": tone }, icon(sign), text));
  document.querySelector("[data-notes]").replaceChildren(...lines);
}

async function onError() {
  brokeAt ||= performance.now();
  if (stream.readyState !== EventSource.CLOSED) return;
  const asked = body.dataset.asked && (await fetch(body.dataset.asked, { cache: "no-store" }).catch(() => null));
  isWithdrawn = asked?.status === 403;
  if (isWithdrawn) values.clear();
  watch();
  setTimeout(listen, isWithdrawn ? AGAIN_WITHDRAWN_MS : AGAIN_MS + Math.random() * AGAIN_MS);
}

function listen() {
  if (isWithdrawn) return location.reload();
  stream?.close();
  stream = new EventSource(body.dataset.stream);
  stream.addEventListener("live", onMessage);
  stream.addEventListener("error", onError);
}

function tick() {
  document.querySelector("[data-clock]").textContent = timeOf(Date.now() + clocks.offset, body.dataset.zone);
  clocks.tick();
  watch();
}

// A screen that is never switched off keeps its cookie: each answer begins its time anew.
if (body.dataset.asked) setInterval(() => fetch(body.dataset.asked, { cache: "no-store" }).catch(() => null), REMEMBER_MS);
listen();
tick();
setInterval(tick, 1000);
new ResizeObserver(() => values.has("set") && paint()).observe(document.querySelector("[data-board]"));
document.fonts?.ready.then(() => values.has("set") && paint());
