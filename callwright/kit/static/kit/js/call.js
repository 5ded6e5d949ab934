// Click to call from every number on every screen: <button data-call="+31201234567" data-account="3">. The agent's phone
// rings first. Without data-account the account of the nearest [data-account-id] counts, else the one chosen for dialling.

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-call]");
  const address = document.querySelector("meta[name=dial]")?.content;
  if (!button || !address) return;
  const account =
    button.dataset.account ?? button.closest("[data-account-id]")?.dataset.accountId ?? document.querySelector("#dial [name=account]")?.value ?? "";
  window.htmx.ajax("POST", address, { source: document.body, swap: "none", values: { to: button.dataset.call, account } });
});
