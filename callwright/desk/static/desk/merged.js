// A call that became part of another: after a consultation the two calls are one. The card of the one that is left takes the
// place of the other, in front where that stood in front, and what was being written there is written on in its note.

import { returnTo, spotIn } from "../registration/panel-form.js";
import { handOver } from "../registration/panel-left.js";
import { closeCard, known, load, panelOf, partsOf, putRest, refreshState, refreshWork } from "./cards.js";
import { giveUp } from "./drafts.js";
import { frontId, show } from "./front.js";
import { joined, write } from "./joining.js";
import { showTab } from "./panel-part.js";

const fieldOf = (id) => partsOf(id)?.work.querySelector("textarea[name=text]");

export async function becomePartOf(gone, into) {
  if (!known(gone)) return known(into) ? refreshState(into) : load(into);
  if (known(into)) await Promise.all([refreshState(into), refreshWork(into)]);
  else await load(into);
  // From here on nothing waits: a key pressed meanwhile is in one field or the other.
  if (known(into) && known(gone)) {
    putRest(into); // now: what is typed is written on there
    const typed = takeOver(fieldOf(gone), fieldOf(into));
    const spot = spotIn(panelOf(gone));
    const words = handOver(partsOf(gone).work, partsOf(into).work);
    if (words) noteDown(fieldOf(into), words);
    if (frontId() === gone) show(into);
    if (typed) focusAt(fieldOf(into), typed);
    else if (spot) goOnAt(spot, into);
  }
  closeCard(gone);
}

// The register has moved what was saved; what was typed since then replaces it. Where the other note is being written, its
// field knows nothing of that yet. Says where the cursor belongs.
function takeOver(from, to) {
  const hasFocus = document.activeElement === from;
  const fromEnd = from.value.length - from.selectionEnd;
  const words = joined(to.value, from.value, from.defaultValue);
  const isUnsaved = Boolean(from.form.dataset.unsaved || to.form.dataset.unsaved);
  const isNew = from.form.dataset.unsaved || words.trimEnd() !== to.value.trimEnd();
  giveUp(from.form);
  if (isNew) {
    write(to, words);
    // What stands in a tab that nobody looks at may be old: it is not saved unasked.
    if (isUnsaved || !document.hidden) to.dispatchEvent(new Event("input", { bubbles: true }));
    else to.defaultValue = words;
  }
  return hasFocus ? { fromEnd } : null;
}

// Nothing is asked about the call that is left: what was said of the other one is not lost.
function noteDown(field, words) {
  field.value = field.value ? `${field.value}\n${words}` : words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function goOnAt(spot, id) {
  const { work } = partsOf(id);
  if (!panelOf(id)) return focusAt(fieldOf(id), { fromEnd: 0 });
  if (work.dataset.panelForm === "tab") showTab(work, "registration", false);
  returnTo(spot, panelOf(id));
}

function focusAt(field, { fromEnd }) {
  field.focus({ preventScroll: true });
  const place = Math.max(0, field.value.length - fromEnd);
  field.setSelectionRange(place, place);
}
