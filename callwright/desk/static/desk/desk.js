// The desk: what comes over the live stream becomes cards. The rest of the page (my state, queues, lists) reads itself
// again through htmx; see the data-live attributes in desk.html.

import { adopt, closeCard, known, load, partsOf, refreshBody, refreshState, refreshWork, sync, takePart, wasClosed } from "./cards.js";
import { becomePartOf } from "./merged.js";
import "../registration/panel-keys.js";
import { isBusyWith } from "./after-call.js";
import { isHeld, registered, released } from "./registration.js";
import { openTransfer } from "./targets.js";
import "./behalf.js";
import "./colleagues.js";
import "./drafts.js";
import "./front.js";
import "./lookup.js";
import "./me.js";
import "./notes.js";
import "./notify.js";
import "./pop.js";
import "./zones.js";

const desk = document.getElementById("desk");
const user = desk.dataset.user;
const AT_ONCE_MS = 1500; // hundreds of desks come back in the same moment
let wasLost = false; // the connection, and what stands here was not compared since

function onCall({ name, key, data, part }) {
  if (name === "call") {
    if (data?.gone) becomePartOf(key, data.into);
    // A call that ended elsewhere before its card was here needs none; one that was talked here may be told by its end alone.
    else if (known(key) || data?.phase !== "ended" || (data.talked && !wasClosed(key))) takePart(key, part);
  } else if (name === "contact") refreshBody(key);
  else if (name === "note") refreshWork(key);
  else if (name === "dismissed") putAway(key, data?.by_itself);
  else if (name === "registration") registered(key, data);
  else if (name === "released") released(key);
  else if (name === "restored") load(key);
}

// After an interruption it may be told again, of a call that rang here anew since: then the server is asked.
function putAway(id, byItself) {
  if (known(id) && ((byItself && isBusyWith(id)) || isHeld(id))) return;
  if (!wasLost && partsOf(id)?.slim.matches("[data-over]")) closeCard(id);
  else if (known(id)) load(id);
}

const told = new Set();

async function onOrder({ key, data }) {
  if (data.state !== "done" && !told.has(key)) {
    told.add(key); // after an interruption it may be told again
    const answer = await fetch(`${desk.dataset.problems}?code=${encodeURIComponent(data.refusal ?? "")}`);
    const text = answer.ok ? await answer.text() : desk.dataset.refused;
    document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone: "red" } }));
  }
  // Whether somebody is being asked before a transfer is known from the order alone.
  for (const card of document.querySelectorAll("#cards [data-live-call]")) refreshState(card.dataset.call);
}

document.addEventListener(`live:desk:${user}`, (event) => onCall(event.detail));
document.addEventListener(`live:command:${user}`, (event) => onOrder(event.detail));
// A contact that was changed on another screen is shown as it is now.
document.addEventListener("live:contacts", ({ detail: { key } }) => {
  for (const part of document.querySelectorAll(`#cards [data-contact="${CSS.escape(key)}"]`)) {
    const id = part.closest(".card").dataset.call;
    refreshState(id);
    refreshBody(id);
  }
});
document.addEventListener("live:all", sync);
// What began and ended meanwhile is told by its end alone, and has a card for its note all the same.
document.addEventListener("live:state", ({ detail: { state } }) => {
  if (state === "connected" && wasLost) setTimeout(syncAgain, Math.random() * AT_ONCE_MS);
  wasLost ||= state === "lost";
});

function syncAgain() {
  wasLost = false;
  sync();
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-transfer]");
  if (button) openTransfer(button);
});

// The pause list closes again once a reason is chosen, or by a click elsewhere.
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("#desk details[open]:not(.folded), .desk-bar details[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll(".desk-me details[open], .desk-bar details[open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
document.querySelector(".pad")?.addEventListener("click", (event) => {
  const digit = event.target.closest("[data-digit]")?.dataset.digit;
  if (digit) document.getElementById("dial-to").value += digit;
});

adopt();
