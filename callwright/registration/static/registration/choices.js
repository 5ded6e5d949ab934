// Finding one among many topics of a question: what does not hold the typed text is hidden, what is ticked stays.

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function narrow(field) {
  const wanted = plain(field.value.trim());
  const question = field.closest(".question");
  for (const answer of [...question.querySelectorAll(".answer")].reverse()) {
    const under = answer.nextElementSibling?.matches(".under") ? answer.nextElementSibling : null;
    const stays = plain(answer.textContent).includes(wanted) || answer.querySelector("input").checked;
    answer.hidden = !stays && !under?.querySelector(".answer:not([hidden])");
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-answers-find]")) narrow(event.target);
});
// The field is no answer: what it says is not sent or saved with them.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-answers-find]")) event.stopPropagation();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-answers-find]")) return;
  event.preventDefault();
  event.target.closest(".question").querySelector(".answer:not([hidden]) > input")?.focus();
});
