// My own state. An event says all that is shown of it, so that the server is asked only after a change of seat, and after a
// gap in what was heard.

const me = document.getElementById("me");
const desk = document.getElementById("desk");
let told = null;
let heard = []; // which states, in their order
let heardAt = 0;
let askedAt = 0;
let shownLater = 0;
const CARD_FIRST_MS = 120;

function askMe() {
  told = null; // the server knows better
  heard = [];
  window.htmx.trigger(me, "desk:me");
}

// The server's clock, by what it said when it drew the page: a browser whose clock is wrong still counts right, and so does one
// that took its time with the page once that had come.
const [{ responseStart }] = performance.getEntriesByType("navigation");
let drift = driftSince(performance.timeOrigin + responseStart);

function driftSince(moment) {
  return Date.parse(me.querySelector(".me-state").dataset.now) - moment;
}

function show(data) {
  const place = me.querySelector(".me-state");
  const now = new Date(Date.now() + drift).toISOString();
  const pill = me.querySelector(`template[data-pill="${CSS.escape(data.state)}"]`).content.cloneNode(true);
  Object.assign(pill.querySelector("[data-since]").dataset, { since: data.since, now });
  place.querySelector(".pill").replaceWith(pill);
  Object.assign(place.dataset, { state: data.state, wanted: data.wanted, changed: data.since });
  const reason = me.querySelector('[data-me="reason"]');
  reason.textContent = data.no_desk ? reason.dataset.noDesk : data.reason;
  showNotices(data, now);
  tellState(data);
  for (const button of me.querySelectorAll("[data-choice]")) {
    const isChosen = button.dataset.choice === data.wanted;
    button.setAttribute("aria-pressed", isChosen);
    if (button.dataset.choice === "ready") button.classList.toggle("is-chosen", isChosen);
  }
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
}

function showNotices(data, now) {
  const notices = {
    no_desk: data.no_desk,
    until: data.until !== null,
    due: Boolean(data.due?.length),
    more: data.until !== null && data.extended < Number(me.querySelector('[data-me="more"]').dataset.times),
    refused: !data.in_step && data.refused,
    telling: !data.in_step && !data.refused,
  };
  for (const [name, isTrue] of Object.entries(notices)) me.querySelector(`[data-me="${name}"]`).hidden = !isTrue;
  const left = me.querySelector('[data-me="until"] .duration');
  delete left.drift;
  me.querySelector('[data-me="ending"]').textContent = "";
  if (data.until) Object.assign(left.dataset, { until: data.until, now });
  else for (const name of ["until", "now"]) delete left.dataset[name];
}

document.addEventListener(`live:agent:${desk.dataset.user}`, ({ detail: { name, data } }) => {
  clearTimeout(shownLater);
  if (name !== "state" || !data?.wanted) return askMe();
  told = data;
  heard = [...heard.slice(-20), nameOf(data.state, data.wanted, data.since)];
  heardAt = performance.now();
  me.querySelector('[data-me="error"]')?.remove();
  // The card of the call comes next: painting my state first would keep it waiting.
  if (data.state === "ringing") shownLater = setTimeout(show, CARD_FIRST_MS, data);
  else show(data);
});
document.addEventListener("live:all", askMe);

const tellState = (data) => document.dispatchEvent(new CustomEvent("desk:state", { detail: data }));

// Before wrap-up ends by itself it is shown, and said once.
const SOON_S = 10;

function warn() {
  const place = me.querySelector('[data-me="until"]');
  const { until } = place.querySelector(".duration").dataset;
  const isEnding = !place.hidden && Boolean(until) && (Date.parse(until) - Date.now() - drift) / 1000 <= SOON_S;
  if (place.hasAttribute("data-ending") === isEnding) return;
  place.toggleAttribute("data-ending", isEnding);
  for (const wrapUp of document.querySelectorAll("#cards .strip .wrap-up")) wrapUp.toggleAttribute("data-ending", isEnding);
  me.querySelector('[data-me="ending"]').textContent = isEnding ? place.dataset.ends : "";
}
setInterval(warn, 500);

const nameOf = (...parts) => parts.join(" ");

// An answer may have been drawn before what was heard while it was on its way: then what was told is shown, which says all of
// it. What was not heard yet is newer where its state began later; else nobody but the server knows.
me.addEventListener("htmx:before:request", () => {
  askedAt = performance.now();
});
me.addEventListener("htmx:after:swap", () => {
  drift = driftSince(Date.now());
  const { state, wanted, due, changed } = me.querySelector(".me-state").dataset;
  const name = nameOf(state, wanted, changed);
  if (told && heard.includes(name) && heard.at(-1) !== name) return show(told);
  const isNewer = !told || heardAt < askedAt || heard.at(-1) === name || Date.parse(changed) >= Date.parse(told.since);
  if (!isNewer) return askMe();
  tellState({ state, due: due ? due.split(" ") : [] });
});
