// Calls over their limit: the dialog of a review, filters that apply when they change, and word of calls that come in.

const dialog = document.getElementById("too-long-dialog");

document.addEventListener("click", (event) => {
  if (dialog && event.target.closest("[data-review]")) dialog.showModal();
});

document.addEventListener("too-long-reviewed", (event) => {
  dialog?.close();
  const id = event.detail?.call;
  // A page without a live stream shows it too.
  for (const place of document.querySelectorAll(`#too-long-${CSS.escape(id ?? "")}, #too-long`)) {
    place.dispatchEvent(new CustomEvent("live", { detail: {} }));
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-send-on-change]");
  if (!form || event.target.type === "date" && !event.target.value) return;
  if (event.target.matches("[data-period]") && event.target.value === "custom") return;
  for (const field of form.elements) if (!field.value) field.disabled = true;
  form.requestSubmit();
});

document.addEventListener("live:calls", ({ detail }) => {
  const newer = document.querySelector("[data-too-long-newer]");
  if (!newer || detail.name !== "too_long" || detail.data?.reviewed) return;
  if (!document.getElementById(`too-long-${detail.key}`)) newer.hidden = false;
});
