// The parts of a call as the server draws them, and when there is time for what need not be seen at once.

const desk = document.getElementById("desk");
const ZERO = "00000000-0000-0000-0000-000000000000";
const addressOf = (id, part) => desk.dataset.call.replace(ZERO, id) + part;

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// One request per call and part at a time; what changes meanwhile is asked for once more.
const running = new Map();
export const isReading = (id) => running.has(id) || running.has(`${id}state`);

export function read(id, part, take, gone) {
  const key = id + part;
  const before = running.get(key);
  if (before) before.again = true;
  else {
    const turn = { again: false };
    running.set(key, turn);
    turn.done = asLongAsNeeded(id, part, { take, gone }, turn).finally(() => running.delete(key));
  }
  return running.get(key).done;
}

async function asLongAsNeeded(id, part, { take, gone }, turn) {
  do {
    turn.again = false;
    try {
      const answer = await fetch(addressOf(id, part), { headers: { "HX-Request": "true" }, cache: "no-store" });
      if (answer.status === 200) take(parse(await answer.text()));
      else if (answer.status === 204 || answer.status === 404) gone(id);
    } catch {
      // The connection is away; when it is back, everything is compared.
    }
  } while (turn.again);
}

// A tab in the background is not painted, but it tells of its calls.
export function afterPaint(work) {
  if (document.hidden) return work();
  let isDone = false;
  const once = () => {
    if (!isDone) work();
    isDone = true;
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, 100); // hidden before it was painted
}
