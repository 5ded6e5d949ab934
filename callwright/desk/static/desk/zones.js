// The zones around the card. With hundreds of desks each change must cost little: what an event says is shown as it is, and
// the server is asked only for what it does not say.

const desk = document.getElementById("desk");
const LISTS_AFTER_MS = 1200;
const COLLEAGUES_EVERY_MS = 45_000;
let listsTimer = 0;
let wasLost = false;

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

// What colleagues do now, told for all at once every second or so.
function onColleagues({ data }) {
  const panel = document.getElementById("colleagues");
  for (const [user, { state }] of Object.entries(data ?? {})) {
    const place = panel.querySelector(`[data-user="${CSS.escape(user)}"] .state-dot`);
    const pill = panel.querySelector(`template[data-state-of="${CSS.escape(state ?? "")}"]`);
    if (place && pill) place.replaceChildren(pill.content.cloneNode(true));
  }
}

async function readLists() {
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
document.addEventListener("live:colleagues", (event) => onColleagues(event.detail));
// What colleagues did while the connection was away is not told again.
document.addEventListener("live:state", ({ detail: { state } }) => {
  if (state === "connected" && wasLost) window.htmx.trigger(document.getElementById("colleagues"), "desk:colleagues");
  wasLost = state === "lost";
});
document.addEventListener("live", onQueue, true);
document.addEventListener("desk:changed", ({ detail }) => LIVE.includes(detail.state) || listsSoon());
document.addEventListener("desk:closed", listsSoon);
document.addEventListener("live:all", () => {
  window.htmx.trigger(document.getElementById("colleagues"), "desk:colleagues");
  listsSoon();
});
// Whom colleagues have spoken to meanwhile, and what they do: looked at now and then, while somebody can see it.
setInterval(() => {
  const colleagues = document.getElementById("colleagues");
  if (document.hidden || colleagues.hidden) return;
  window.htmx.trigger(colleagues, "desk:colleagues");
  readLists();
}, COLLEAGUES_EVERY_MS);
