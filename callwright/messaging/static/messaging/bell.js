// The bell: its list is read when it is opened, and again while it is open and something changes. Arrow keys move in it.

import { takeTurn } from "../kit/js/turns.js";

const panel = document.getElementById("bell-panel");
const list = document.getElementById("bell-list");
const count = document.getElementById("bell-count");

const running = new Map();

// One request at a time: a change that comes while the list is read has it read once more, and the focus stays.
const read = () => takeTurn(running, list, asLongAsNeeded);

async function asLongAsNeeded(turn) {
  do {
    turn.again = false;
    const answer = await fetch(panel.dataset.list, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.status === 401) {
      window.location.assign(answer.headers.get("HX-Redirect") || "/");
      return;
    }
    const html = answer?.ok ? await answer.text().catch(() => null) : null;
    if (html === null) list.textContent = panel.dataset.failed;
    else redraw(html);
  } while (turn.again);
}

function redraw(html) {
  const focused = document.activeElement?.closest?.(".told-one")?.getAttribute("href");
  list.innerHTML = html;
  if (focused) list.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

function step(event) {
  const links = [...list.querySelectorAll(".told-one")];
  const at = links.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? links.length - 1 : at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (to === undefined || !links.length) return;
  event.preventDefault();
  links[(to + links.length) % links.length].focus();
}

if (panel) {
  panel.addEventListener("toggle", async (event) => {
    if (event.newState !== "open") return;
    await read();
    list.querySelector(".told-one")?.focus();
  });
  panel.addEventListener("keydown", step);
  count.addEventListener("live", () => panel.matches(":popover-open") && read());
}
