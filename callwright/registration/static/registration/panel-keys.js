// The panel by keyboard alone: a key jumps into it, digits tick the topics of the question in which one stands, arrows go on
// from topic to topic, Escape leaves. Whoever ticks a radio button once more takes it back.

const MOVES = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 };
const BOX = "input:is([type=checkbox], [type=radio])";
const boxesIn = (part) => [...part.querySelectorAll(BOX)].filter((box) => !box.disabled && box.checkVisibility());

function tick(box) {
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

export function jumpInto(section) {
  const boxes = boxesIn(section);
  (boxes.find((box) => box.checked) ?? boxes[0] ?? section.querySelector("textarea"))?.focus();
}

function number(question) {
  boxesIn(question).forEach((box, index) => {
    if (index < 9) box.closest(".answer").dataset.digit = index + 1;
  });
}

// From question to question, and from the last to the comment.
function goOn(box, isBack) {
  const questions = [...box.form.querySelectorAll(".question")].filter((one) => boxesIn(one).length);
  const next = questions[questions.indexOf(box.closest(".question")) + (isBack ? -1 : 1)];
  const boxes = next ? boxesIn(next) : [];
  const stop = next ? (boxes.find((one) => one.checked) ?? boxes[0]) : isBack ? null : box.form.elements.comment;
  stop?.focus();
  return Boolean(stop);
}

function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || !event.target.matches?.(`form[data-register] ${BOX}`)) return;
  const box = event.target;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  if (digit) {
    const chosen = boxesIn(box.closest(".question"))[digit - 1];
    chosen?.focus();
    if (chosen) tick(chosen);
  } else if (event.key === " ") tick(box);
  else if (event.key === "Escape") box.blur();
  else if (event.key in MOVES) {
    const boxes = boxesIn(box.form);
    boxes[(boxes.indexOf(box) + MOVES[event.key] + boxes.length) % boxes.length].focus();
  } else if (event.key === "Tab") {
    if (!goOn(box, event.shiftKey)) return;
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("keydown", onKey, true);
// A browser ticks on keyup what was asked for by Space.
document.addEventListener("keyup", (event) => {
  if (event.key === " " && event.target.matches?.(`form[data-register] ${BOX}`)) event.preventDefault();
}, true);

let stood = null;
document.addEventListener("pointerdown", (event) => {
  const box = event.target.closest?.(".answer")?.querySelector("input[type=radio]");
  stood = box?.checked ? box : null;
}, true);
document.addEventListener("click", (event) => {
  if (event.target !== stood) return;
  stood = null;
  tick(event.target);
});

document.addEventListener("focusin", (event) => {
  const question = event.target.closest?.("form[data-register] .question");
  if (question) number(question);
});
document.addEventListener("click", (event) => {
  const jump = event.target.closest("[data-registration-jump]");
  if (jump) jumpInto(jump.closest("[data-registration]"));
});
