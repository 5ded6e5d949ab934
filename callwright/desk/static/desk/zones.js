// The zones around the card. With hundreds of desks each change must cost little: what an event says is shown as it is, and
// the server is asked only for what it does not say.

const desk = document.getElementById("desk");
const LISTS_AFTER_MS = 1200;
// Whom colleagues have called back meanwhile. Those who watch over everybody's missed calls hear of none by themselves.
const LISTS_EVERY_MS = { own: 120_000, everybodys: 45_000 };
const ended = new Set();
let listsTimer = 0;
let listsReadAt = performance.now();
const unevenly = 0.8 + Math.random() * 0.2; // hundreds of desks are not to ask in step

function onSeat({ name }) {
  if (name !== "seat") return;
  // The question where one sits is answered and goes, with the button that was pressed.
  if (document.activeElement.closest(".sit-down")) document.activeElement.blur();
  listsSoon();
}

function onQueue({ target, detail }) {
  if (!target.dataset?.live?.startsWith("queue:") || detail.data?.waiting === undefined) return;
  target.textContent = detail.data.waiting;
  if (detail.data.waiting) target.dataset.tone = "red";
  else delete target.dataset.tone;
}

async function readLists() {
  listsReadAt = performance.now();
  const answer = await fetch(desk.dataset.lists, { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
  if (answer?.status !== 200) return;
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parsed.querySelectorAll("[data-for]")) {
    const place = document.getElementById(part.dataset.for);
    if (!place.contains(document.activeElement)) place.replaceChildren(...part.childNodes);
  }
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
}

export function listsSoon() {
  clearTimeout(listsTimer);
  listsTimer = setTimeout(readLists, LISTS_AFTER_MS);
}

// The free extensions are read when somebody wants to see them.
document.addEventListener(
  "toggle",
  ({ target }) => target.matches(".seat[open]") && window.htmx.trigger(target.querySelector(".seat-list"), "desk:seats"),
  true,
);
document.addEventListener("dialled", () => {
  document.getElementById("dial-to").value = "";
  document.getElementById("dial-to").blur();
});

const LIVE = ["ringing", "pick_up", "dialling", "talking", "on_hold"];
document.addEventListener(`live:agent:${desk.dataset.user}`, (event) => onSeat(event.detail));
document.addEventListener("live", onQueue, true);
document.addEventListener("live:all", listsSoon);

// A call goes into the lists when it is over; that its card goes too changes nothing more.
document.addEventListener("desk:changed", ({ detail: { id, state } }) => {
  if (LIVE.includes(state)) return ended.delete(id);
  ended.add(id);
  listsSoon();
});
document.addEventListener("desk:closed", ({ detail: { id } }) => ended.delete(id) || listsSoon());

// Names: another contact was chosen for a call, or one that stands here was changed.
document.addEventListener(`live:desk:${desk.dataset.user}`, ({ detail: { name } }) => ["contact", "follow_up"].includes(name) && listsSoon());
document.addEventListener("live:contacts", ({ detail: { key } }) => {
  if (document.querySelector(`[data-listed-contact="${CSS.escape(key)}"]`)) listsSoon();
});

function readListsInTime() {
  const every = document.querySelector("[data-everybodys]") ? LISTS_EVERY_MS.everybodys : LISTS_EVERY_MS.own;
  const inCall = desk.hasAttribute("data-has-call"); // its end reads them
  if (!document.hidden && !inCall && performance.now() - listsReadAt > every * unevenly) readLists();
}
document.addEventListener("visibilitychange", readListsInTime);
setInterval(readListsInTime, 5000);
