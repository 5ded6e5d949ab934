// What is ticked and typed in a panel's form, what the server has of it, and how the two become one.

export const sectionOf = (form) => form.closest("[data-registration]");
export const boxesOf = (form) => [...form.querySelectorAll("input:is([type=checkbox], [type=radio])")];
export const notOffered = (form, ids) => ids.filter((id) => !boxesOf(form).some((box) => box.value === id));
const states = new WeakMap();

export const drawnIn = (form) => ({
  topics: boxesOf(form).filter((box) => box.defaultChecked).map((box) => box.value),
  comment: form.elements.comment.defaultValue,
});
export const writtenIn = (form) => ({
  topics: boxesOf(form).filter((box) => box.checked).map((box) => box.value),
  comment: form.elements.comment.value,
});

// `base`: what the server has, with its `revision`; `last`: the number of the newest change here; `sent`: what was sent under
// which number and not answered yet; `drift`: the server's clock, by what it said when it drew the panel.
export function stateOf(form) {
  if (!states.has(form)) {
    const { revision, now } = form.dataset;
    const drift = Number(now) - Date.now();
    states.set(form, { base: drawnIn(form), revision: Number(revision), last: 0, drift, sent: new Map(), refusal: "" });
  }
  return states.get(form);
}

export function nextRevision(form) {
  const state = stateOf(form);
  state.last = Math.max(state.last + 1, state.revision + 1, Math.round(Date.now() + state.drift));
}

// As the server keeps it: it takes away blanks at the ends.
const plain = (text) => text.replace(/[^\S\n]+$/gm, "").trim();
const isAlike = (one, other) => one.length === other.length && one.every((id) => other.includes(id));
const hasSameTopics = (one, other) => isAlike(one.topics, other.topics);
export const isSame = (one, other) => hasSameTopics(one, other) && plain(one.comment) === plain(other.comment);

// What was changed here since `base` is put on what stands there now. Where both sides changed the same question, the newer
// one holds; of two comments both stay. A topic that is offered no more is not ticked.
export function merged(form, { base, mine, theirs, isMineNewer }) {
  const topics = [];
  for (const boxes of Map.groupBy(boxesOf(form), ({ type, name, value }) => (type === "radio" ? name : value)).values()) {
    const of = (side) => boxes.map((box) => box.value).filter((id) => side.topics.includes(id));
    const isChanged = (side) => !isAlike(of(side), of(base));
    topics.push(...of(isChanged(mine) && (isMineNewer || !isChanged(theirs)) ? mine : theirs));
  }
  return { topics, comment: mergedComment(base.comment, mine.comment, theirs.comment) };
}

function mergedComment(base, mine, theirs) {
  const [was, here, there] = [base, mine, theirs].map(plain);
  if (here === was && there !== here) return theirs;
  if (here === there || there === was || here.includes(there)) return mine;
  if (there.includes(here)) return theirs;
  const at = was ? there.lastIndexOf(was) : -1;
  return at < 0 ? `${there}\n${mine}` : there.slice(0, at) + mine + there.slice(at + was.length);
}

export function write(form, { topics, comment }) {
  for (const box of boxesOf(form)) box.checked = topics.includes(box.value);
  const field = form.elements.comment;
  if (plain(field.value) === plain(comment)) return;
  const { value, selectionStart, selectionEnd } = field;
  field.value = comment;
  if (document.activeElement === field) putCursor(field, { value, selectionStart, selectionEnd });
}

// Where it was when the field had that value: the words after it stay after it.
function putCursor(field, { value, selectionStart, selectionEnd }) {
  const moved = field.value.startsWith(value.slice(0, selectionStart)) ? 0 : field.value.length - value.length;
  field.setSelectionRange(Math.max(0, selectionStart + moved), Math.max(0, selectionEnd + moved));
}

// What the server refused for `reason`.
export function takeBack(form, values, reason) {
  const { topics, comment } = writtenIn(form);
  if (!hasSameTopics({ topics }, values)) return; // what is offered no more is gone already
  const { base } = stateOf(form);
  const isOther = (box) => reason === "one_topic" && box.type === "checkbox" && box.name !== "gone";
  for (const box of boxesOf(form)) if (!isOther(box)) box.checked = base.topics.includes(box.value);
  if (hasSameTopics(writtenIn(form), values)) write(form, { topics: base.topics, comment });
}

// ── where somebody is in a panel, and the same place in another drawing of it ──

export function spotIn(section) {
  const at = document.activeElement;
  if (!section?.contains(at)) return null;
  const { value, name, selectionStart, selectionEnd } = at;
  const isText = at.matches("textarea, [data-answers-find]");
  return { at, value, name, isText, category: at.closest(".question")?.dataset.category, selectionStart, selectionEnd };
}

export function returnTo(spot, section) {
  if (!spot || (document.activeElement === spot.at && section.contains(spot.at))) return;
  const { at, value, name, isText, category } = spot;
  const form = section.querySelector("form");
  const question = category && form.querySelector(`.question[data-category="${category}"]`);
  const find = isText && question?.querySelector("[data-answers-find]");
  const box = at.matches("[type=checkbox], [type=radio]") && boxesOf(form).find((one) => one.value === value);
  const near = question && boxesOf(form).find((one) => question.contains(one) && !one.closest("[hidden]"));
  const place = name === "comment" ? null : find || box || (category ? near : section.querySelector("[data-registration-jump]"));
  const field = place || form.elements.comment;
  field.focus({ preventScroll: true });
  if (isText && field.matches("textarea, [data-answers-find]")) putCursor(field, spot);
}
