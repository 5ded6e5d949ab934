// The lines of an order: rows are added and removed, sums follow while typing. What counts is worked out by the server.

const frame = document.querySelector("[data-order]");
const rows = frame?.querySelector("[data-lines]");
const locale = document.documentElement.lang || "en";

// Ten-thousandths as whole numbers: floating point would show 0.30000000000000004 as a sum.
function parsed(text, places) {
  const match = /^\s*(-?)(\d{0,12})(?:[.,](\d*))?\s*$/.exec(text.replace(/[\u00a0 ]/g, ""));
  if (!match || (match[3] ?? "").length > places) return null;
  const digits = BigInt((match[2] || "0") + (match[3] ?? "").padEnd(places, "0"));
  return match[1] ? -digits : digits;
}

function cents(row) {
  const quantity = parsed(row.querySelector("[name=quantity]").value || "1", 3);
  const price = parsed(row.querySelector("[name=price]").value || "0", 4);
  if (quantity === null || price === null) return null;
  const exact = quantity * price;
  const half = exact < 0n ? -50_000n : 50_000n;
  return (exact + half) / 100_000n;
}

function shown(amount) {
  if (amount === null) return "–";
  return (Number(amount) / 100).toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function sum() {
  let total = 0n;
  for (const row of rows.children) {
    const amount = cents(row);
    row.querySelector("[data-amount]").textContent = shown(amount);
    total = total === null || amount === null ? null : total + amount;
  }
  frame.querySelector("[data-total]").textContent = shown(total);
}

function add() {
  rows.append(frame.querySelector("[data-blank]").content.cloneNode(true));
  rows.lastElementChild.querySelector("input").focus();
  sum();
}

if (frame) {
  frame.addEventListener("input", sum);
  frame.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-line]")) add();
    const remove = event.target.closest("[data-remove-line]");
    if (remove) {
      const row = remove.closest("tr");
      (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("input").focus();
      row.remove();
      sum();
    }
  });
  sum();
}
