// Copies what stands in the field beside the button, and says so.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = button.parentElement.querySelector("input");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    return; // it is selected: the keyboard copies it
  }
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: field.dataset.copied } }));
});
