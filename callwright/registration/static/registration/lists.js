// Lists of registrations: filters apply when they change; a form on a call's page is not replaced under the hands.

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-send-on-change]");
  if (!form || (event.target.type === "date" && !event.target.value)) return;
  if (event.target.matches("[data-period]") && event.target.value === "custom") return;
  for (const field of form.elements) if (!field.value) field.disabled = true;
  form.requestSubmit();
});

document.addEventListener(
  "live",
  (event) => {
    const part = event.target.closest?.("[data-keeps-form]");
    if (part?.querySelector("form.form")) event.stopImmediatePropagation();
  },
  true,
);
