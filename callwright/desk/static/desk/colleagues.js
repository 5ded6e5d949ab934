// The panel of colleagues. What they do is told for all at once every second or two; who is here, and in which order, is looked
// at now and then, while somebody can see it.

const panel = document.getElementById("colleagues");
const LOOK_EVERY_MS = 45_000;
// The server gives what it drew for others a moment ago: what was told since then is newer.
const DRAWN_BEFORE_MS = 5_000;
const news = new Map();
let nextLook = 0;
let wasLost = false;

function plan() {
  // After an interruption all desks look at once; they are not to go on in step.
  nextLook = performance.now() + LOOK_EVERY_MS * (0.8 + Math.random() * 0.2);
}

function look(fresh = false) {
  plan();
  window.htmx.ajax("GET", panel.dataset.url + (fresh ? "?fresh=1" : ""), { target: "#colleagues", swap: "innerHTML" });
}

function lookInTime() {
  if (!document.hidden && !panel.hidden && performance.now() >= nextLook) look();
}

// Of hundreds of people who are told of, some dozens stand in the panel; and while a card is in front nobody sees it.
let places = new Map();
const unseen = new Map();

function findPlaces() {
  places = new Map([...panel.querySelectorAll(":scope > ul > [data-user]")].map((row) => [row.dataset.user, row.querySelector(".state-dot")]));
}

function show(user, state) {
  const place = places.get(user);
  if (!place) return;
  if (panel.hidden) return unseen.set(user, state);
  const pill = panel.querySelector(`template[data-state-of="${CSS.escape(state)}"]`);
  if (pill) place.replaceChildren(pill.content.cloneNode(true));
}

function showUnseen() {
  if (panel.hidden) return;
  for (const [user, state] of unseen) show(user, state);
  unseen.clear();
}

document.addEventListener("live:colleagues", ({ detail: { data } }) => {
  for (const [user, { state }] of Object.entries(data)) {
    news.delete(user);
    news.set(user, { state, at: performance.now() });
    show(user, state);
  }
  forget();
});

function forget() {
  for (const [user, { at }] of news) {
    if (performance.now() - at < DRAWN_BEFORE_MS) return; // the oldest stand first
    news.delete(user);
  }
}

document.addEventListener("htmx:after:swap", () => {
  if (places.size && panel.contains([...places.values()][0])) return;
  findPlaces();
  unseen.clear();
  forget();
  for (const [user, { state }] of news) show(user, state);
});

// What colleagues did while the connection was away is not told again.
document.addEventListener("live:state", ({ detail: { state } }) => {
  if (state === "connected" && wasLost) look(true);
  wasLost = state === "lost";
});
document.addEventListener("live:all", () => look(true));
document.addEventListener("visibilitychange", lookInTime);
document.addEventListener("desk:front", () => {
  setTimeout(showUnseen);
  setTimeout(lookInTime);
});
setInterval(lookInTime, 2000);
findPlaces();
plan();
