// Live pages. An element names its topics: <div data-live="calls" hx-get="…" hx-trigger="live">, optionally data-live-key
// (only events about these keys) and data-live-name (only these names). It receives `live`; the document receives
// `live:<topic>` with { topic, name, key, data, id, part }, and `live:state` with connected, lost, refused (signed out) or forbidden.

const meta = document.querySelector("meta[name=live-stream]");
const LOST_AFTER_MS = 2000;
const asked = performance.timeOrigin;
let joined = "";
let link = null;
let lostTimer = 0;

function topicsHere() {
  const named = (document.querySelector("meta[name=live-topics]")?.content ?? "").split(/\s+/);
  const marked = [...document.querySelectorAll("[data-live]")].flatMap((element) => element.dataset.live.split(/\s+/));
  return [...new Set([...named, ...marked])].filter(Boolean).sort();
}

function listed(value, wanted) {
  return !value || value.split(/\s+/).includes(String(wanted));
}

function refresh(element, detail) {
  element.dispatchEvent(new CustomEvent("live", { detail }));
}

function refreshAll() {
  document.dispatchEvent(new CustomEvent("live:all"));
  for (const element of document.querySelectorAll("[data-live]")) refresh(element, {});
}

function onEvent(message) {
  const { topic, name, key, data, id, part } = message;
  const detail = { topic, name, key, data, id, part };
  document.dispatchEvent(new CustomEvent(`live:${topic}`, { detail }));
  for (const element of document.querySelectorAll(`[data-live~="${CSS.escape(topic)}"]`)) {
    if (listed(element.dataset.liveKey, key) && listed(element.dataset.liveName, name)) refresh(element, detail);
  }
}

function onState(state) {
  document.documentElement.dataset.connection = state;
  document.dispatchEvent(new CustomEvent("live:state", { detail: { state } }));
  clearTimeout(lostTimer);
  const show = () => {
    for (const bar of document.querySelectorAll("[data-connection]")) {
      if (bar !== document.documentElement) bar.hidden = bar.dataset.connection !== state;
    }
  };
  // A blink of the network is nobody's concern.
  if (state === "lost") lostTimer = setTimeout(show, LOST_AFTER_MS);
  else show();
}

function onMessage(message) {
  if (message.type === "event") onEvent(message);
  else if (message.type === "state") onState(message.state);
  // A half-typed note survives: the parts of the page are read again, not the page.
  else refreshAll();
}

function viaWorker(address) {
  const worker = new SharedWorker(address, { type: "module", name: "callwright-live" });
  worker.port.addEventListener("message", ({ data }) => onMessage(data));
  worker.port.start();
  return { join: (request) => worker.port.postMessage({ type: "join", ...request }), tell: (type) => worker.port.postMessage({ type }) };
}

function join() {
  const topics = topicsHere();
  const wish = topics.join(" ");
  if (!topics.length || wish === joined) return;
  const since = joined ? Date.now() : asked;
  const sinceId = joined ? undefined : meta.dataset.sinceId || undefined;
  joined = wish;
  link.join({ url: meta.content, viewer: meta.dataset.viewer, topics, since, sinceId });
}

async function start() {
  link = window.SharedWorker
    ? viaWorker(meta.dataset.worker)
    : await import("./live-leader.js").then(({ viaLeader }) => viaLeader(onMessage));
  join();
  document.addEventListener("htmx:after:swap", join);
  window.addEventListener("online", () => link.tell("hurry"));
  document.addEventListener("visibilitychange", () => document.hidden || link.tell("hurry"));
  window.addEventListener("pagehide", () => link.tell("leave"));
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    joined = "";
    join();
    refreshAll();
  });
}

if (meta) start();
