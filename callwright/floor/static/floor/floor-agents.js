// The agents of the floor: what each does and since when, with whom, what is due, who listens.

import { byState, fill, icon, keyed, made, setSince, setText, since, stateRank, states, words, number } from "./values.js";

const SIGNS = { inbound: "phone-incoming", outbound: "phone-outgoing", internal: "arrows-exchange" };
const TURNED = new Set(["phone-incoming", "phone-outgoing", "arrows-exchange"]);

function pill(code) {
  const { icon: sign, label, tone } = states[code];
  return made("span", { class: "pill", "data-tone": tone, "data-status": code }, icon(sign), made("span", {}, label));
}

function badge(text, tone, sign) {
  return made("span", { class: "badge", "data-tone": tone }, icon(sign), text);
}

function directed(code) {
  const svg = icon(SIGNS[code], words[code]);
  if (TURNED.has(SIGNS[code])) svg.classList.add("icon-directional");
  return svg;
}

function withWhom(call, values) {
  if (call.hidden) return [made("span", { class: "soft" }, words.hidden)];
  const queue = call.q ? values.get(`q:${call.q}`)?.n : "";
  const found = [directed(call.d), made("bdi", {}, call.who || words.withheld)];
  const more = [call.acc, queue].filter(Boolean).join(" · ");
  if (more) found.push(made("bdi", { class: "small soft" }, more));
  if (call.h) found.push(badge(words.held, "accent", "player-pause"));
  return found;
}

function listeners(agent) {
  return (agent.l ?? []).map((one) => badge(fill(one.on ? words[one.m] : words.rings, { name: one.n }), "violet", one.m === "whisper" ? "microphone" : "headset"));
}

function details(agent, values) {
  const found = agent.c ? withWhom(agent.c, values) : [];
  const reason = agent.s === "paused" ? (agent.nd ? words.no_desk : agent.r) : "";
  if (reason) found.push(made("span", { class: "soft" }, reason));
  if (agent.due) found.push(badge(words.due, "yellow", "writing"));
  if (agent.x) found.push(badge(words.unknown, "dull", "help-circle"));
  return [...found, ...listeners(agent)];
}

function makeRow(id, agent) {
  const name = made("span", { class: "floor-name" }, made("bdi"), made("span", { class: "small soft figure" }));
  const act = made("button", { type: "button", class: "button button-plain button-icon", "data-act": id, tabindex: "-1", "aria-label": fill(words.act, { name: agent.n }) }, icon("dots"));
  return made("li", { class: "floor-agent" }, name, made("span", { class: "floor-state" }), made("span", { class: "floor-who" }), act);
}

function updateRow(row, agent, values, isChosen) {
  const [name, state, who] = row.children;
  setText(name.children[0], agent.n);
  setText(name.children[1], agent.e);
  if (row.dataset.state !== agent.s) {
    row.dataset.state = agent.s;
    state.replaceChildren(pill(agent.s), " ", since(agent.t));
  }
  setSince(state.lastElementChild, agent.t);
  row.toggleAttribute("data-unknown", Boolean(agent.x));
  row.toggleAttribute("data-chosen", isChosen);
  const shown = JSON.stringify([agent.c, agent.r, agent.nd, agent.due, agent.x, agent.l]);
  if (row.dataset.shown === shown) return;
  row.dataset.shown = shown;
  who.replaceChildren(...details(agent, values));
}

function fits(agent, choice) {
  if (choice.states.size ? !choice.states.has(agent.s) : agent.s === "logged_out" && !choice.search) return false;
  if (choice.queue && !(agent.q ?? []).includes(Number(choice.queue))) return false;
  return !choice.search || agent.n.toLocaleLowerCase().includes(choice.search) || agent.e.startsWith(choice.search);
}

export function paintAgents(list, values, choice, chosen) {
  const agents = values.of("a").filter(([, agent]) => fits(agent, choice)).sort(byState);
  if (!agents.length) {
    list.replaceChildren(made("li", { class: "floor-empty" }, values.of("a").length ? words.none_found : words.no_agents));
    return;
  }
  keyed(list, agents, makeRow, (row, agent, id) => updateRow(row, agent, values, id === chosen));
}

export function paintChips(place, values, choice) {
  const counts = {};
  for (const [, agent] of values.of("a")) counts[agent.s] = (counts[agent.s] ?? 0) + 1;
  const rows = Object.keys(stateRank).map((code) => [code, counts[code] ?? 0]);
  const make = (code) => made("button", { type: "button", class: "chip", "data-state-chip": code }, icon(states[code].icon), made("span", {}, states[code].label), made("strong", { class: "figure" }));
  keyed(place, rows, make, (chip, count, code) => {
    setText(chip.lastElementChild, number(count));
    chip.setAttribute("aria-pressed", String(choice.states.has(code)));
    chip.classList.toggle("is-chosen", choice.states.has(code));
  });
}
