// On whose behalf a call is made: the account of the card in front, else the one this employee called for last, else it must
// be chosen. A contact found by name brings its own account. Where there is one account only, there is no field for it.

const desk = document.getElementById("desk");
const form = document.getElementById("dial");
const field = document.getElementById("dial-account");
const LAST = `desk-account:${desk.dataset.user}`;
const valueField = () => form.querySelector("[name=account]");

export function callFor(id, name) {
  if (!field || !id) return;
  if (field.tagName === "SELECT") {
    field.value = id;
    if (field.selectedIndex < 0) field.value = "";
    return;
  }
  valueField().value = id;
  field.value = name;
  field.closest("[data-picker]").dataset.text = name;
}

function clear() {
  if (!field) return;
  valueField().value = "";
  field.value = "";
  const picker = field.closest("[data-picker]");
  if (picker) picker.dataset.text = "";
}

function lastUsed() {
  try {
    return JSON.parse(localStorage.getItem(LAST)) ?? {};
  } catch {
    return {};
  }
}

const nameNow = () => (field.tagName === "SELECT" ? field.selectedOptions[0]?.textContent : field.value);
let followed;

document.addEventListener("desk:front", ({ detail: { card } }) => {
  const id = card?.dataset.call ?? "";
  if (id === followed) return;
  followed = id;
  const { id: last, name } = lastUsed();
  if (card) callFor(card.dataset.accountId, card.dataset.account);
  else if (last) callFor(last, name);
  else clear();
});
document.addEventListener("dialled", () => {
  if (valueField()?.value) localStorage.setItem(LAST, JSON.stringify({ id: valueField().value, name: nameNow() }));
});
document.addEventListener("account-needed", () => {
  field?.focus();
  field?.select?.();
});
