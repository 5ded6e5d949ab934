// The parts of a call as the server draws them.

import { takeTurn } from "../kit/js/turns.js";

const desk = document.getElementById("desk");
const ZERO = "00000000-0000-0000-0000-000000000000";
const TRIES = 5;
const FIRST_PAUSE_MS = 400;
export const addressOf = (id, part) => desk.dataset.call.replace(ZERO, id) + part;

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// One request per call and part at a time; what changes meanwhile is asked for once more.
const running = new Map();
export const isReading = (id) => running.has(id) || running.has(`${id}state`);

export function read(id, part, take, gone) {
  return takeTurn(running, id + part, (turn) => asLongAsNeeded(id, part, { take, gone }, turn));
}

async function asLongAsNeeded(id, part, { take, gone }, turn) {
  let failures = 0;
  do {
    turn.again = false;
    const askedAt = performance.now();
    const answer = await fetch(addressOf(id, part), { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
    const html = answer?.status === 200 ? await answer.text().catch(() => null) : null;
    if (html !== null) take(parse(html), askedAt);
    else if ([204, 404, 410].includes(answer?.status)) gone(id, answer.headers.get("X-Became"));
    else if ((!answer || answer.ok || answer.status >= 500) && failures < TRIES) {
      // A ringing call must get its card. When a connection that was away is back, everything is compared besides.
      await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** failures));
      failures += 1;
      turn.again = true;
    }
  } while (turn.again);
}
