// Agents on the wall: each on a tile as long as tiles can be read from afar; where there are more, a column for each state
// with its number, and those who have been in it longest.

import { byState, fill, icon, keyed, made, number, setSince, setText, since, stateRank, states, words } from "./values.js";

const rem = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
// [name, width, height] in rem, the gap included; the largest that has room for all is taken
const SIZES = [
  ["huge", 16.2, 3.75],
  ["large", 11, 3.3],
  ["middle", 9, 1.72],
  ["small", 7.4, 1.6],
];
const CROWD = 24; // agents get more of the wall
const FEW = 12; // and queues do
const STATES = Object.keys(stateRank).filter((code) => code !== "logged_out");

function sizeFor(area, count) {
  const unit = rem();
  const fits = ([, width, height]) =>
    Math.max(1, Math.floor(area.clientWidth / (width * unit))) * Math.floor(area.clientHeight / (height * unit)) >= count;
  return SIZES.find(fits)?.[0] ?? "";
}

function frame(part) {
  if (!part.firstElementChild) part.append(made("ul", { class: "wall-states" }), made("div", { class: "wall-area" }), made("p", { class: "wall-rest" }));
  return part.children;
}

const reasonOf = (agent) => (agent.s === "paused" ? (agent.nd ? words.no_desk : agent.r) : "") || "";

function makeTile(_key, _agent) {
  return made("li", { class: "wall-tile" }, made("span", { class: "wall-sign" }), made("span", { class: "wall-name" }, made("bdi")), made("span", { class: "wall-state" }), since(null));
}

// On small tiles there is room for a first name and the minutes.
function shortened(name) {
  const parts = name.split(" ");
  return parts.length > 1 ? `${parts[0]} ${parts.at(-1)[0]}.` : name;
}

function updateTile(tile, agent) {
  const isSmall = ["middle", "small"].includes(tile.parentElement.dataset.size);
  const [sign, name, state, time] = tile.children;
  const shown = states[agent.s];
  if (tile.dataset.state !== agent.s) {
    tile.dataset.state = agent.s;
    tile.dataset.tone = shown.tone;
    sign.replaceChildren(icon(shown.icon, shown.label));
  }
  tile.toggleAttribute("data-unknown", Boolean(agent.x));
  setText(name.firstElementChild, agent.n ? (isSmall ? shortened(agent.n) : agent.n) : agent.e);
  time.toggleAttribute("data-minutes", isSmall);
  setText(state, agent.x ? words.unknown : reasonOf(agent) || shown.label);
  setSince(time, agent.t);
}

function paintCounts(list, counts) {
  const make = (code) => made("li", { "data-tone": states[code].tone }, icon(states[code].icon), made("strong"), made("span", {}, states[code].label));
  keyed(list, STATES.map((code) => [code, counts[code] ?? 0]), make, (row, count) => setText(row.children[1], number(count)));
}

function paintTiles(area, agents, size) {
  if (area.firstElementChild?.className !== "wall-tiles") area.replaceChildren(made("ul", { class: "wall-tiles" }));
  area.firstElementChild.dataset.size = size;
  keyed(area.firstElementChild, agents, makeTile, updateTile);
}

function makeColumn(code) {
  const { icon: sign, label, tone } = states[code];
  const head = made("div", { class: "wall-count" }, icon(sign), made("strong"), made("span", {}, label));
  return made("section", { "data-tone": tone, "aria-label": label }, head, made("ol"), made("p", { class: "wall-rest" }));
}

function paintColumns(area, agents, counts) {
  if (area.firstElementChild?.className !== "wall-columns") area.replaceChildren(made("div", { class: "wall-columns" }));
  const columns = area.firstElementChild;
  const present = STATES.filter((code) => counts[code]);
  keyed(columns, present.map((code) => [code, code]), makeColumn, (column, code) => {
    setText(column.querySelector("strong"), number(counts[code]));
    const own = agents.filter(([, agent]) => agent.s === code);
    const room = Math.max(0, Math.floor((area.clientHeight - column.firstElementChild.offsetHeight - 0.75 * rem()) / (1.45 * rem())) - 1);
    const make = () => made("li", {}, made("bdi"), since(null));
    keyed(column.children[1], own.slice(0, room), make, (row, agent) => {
      setText(row.firstElementChild, agent.n || agent.e);
      setSince(row.lastElementChild, agent.t);
      row.toggleAttribute("data-unknown", Boolean(agent.x));
    });
    const left = own.length - Math.min(room, own.length);
    setText(column.lastElementChild, left ? fill(words.more_agents, { n: number(left) }) : "");
  });
}

export function paintAgents(part, values) {
  const [strip, area, rest] = frame(part);
  const all = values.of("a");
  const agents = all.filter(([, agent]) => agent.s !== "logged_out").sort(byState);
  const counts = {};
  for (const [, agent] of agents) counts[agent.s] = (counts[agent.s] ?? 0) + 1;
  document.body.toggleAttribute("data-crowded", agents.length > CROWD);
  document.body.toggleAttribute("data-few", agents.length <= FEW);
  const size = sizeFor(area, agents.length);
  strip.hidden = !size;
  if (size) {
    paintCounts(strip, counts);
    paintTiles(area, agents, size);
  } else paintColumns(area, agents, counts);
  const away = all.length - agents.length;
  setText(rest, agents.length ? (away ? fill(words.logged_out, { n: number(away) }) : "") : words.no_agents);
}
