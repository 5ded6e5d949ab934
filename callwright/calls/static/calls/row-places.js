// Where rows belong that come live: they stand in the order of their ids, which begin with the time. The link to the next
// page names the id after which that page begins; a row behind it comes with its page, and must not stand here before.

export function isFurtherDown(body, row, oldestFirst = false) {
  const link = body.querySelector(".more a");
  if (!link) return false;
  const asked = new URL(link.href).searchParams;
  const reached = asked.get("last_id") ?? asked.get("after");
  return Boolean(reached) && isAfter(row.dataset.callId, reached, oldestFirst);
}

export function putInPlace(body, row, oldestFirst = false) {
  const rows = [...body.querySelectorAll("tr[data-call-id]")];
  const next = rows.find((other) => isAfter(other.dataset.callId, row.dataset.callId, oldestFirst));
  if (next) next.before(row);
  else if (rows.length) rows.at(-1).after(row);
  else body.prepend(row);
}

function isAfter(id, other, oldestFirst) {
  return oldestFirst ? id > other : id < other;
}

// Rows that were further down when they changed. A page that was on its way meanwhile may be without them, so that they
// are read once more when it has come: `look({ body, rowOf, again, oldestFirst })`.
export function rowsFurtherDown() {
  const ids = new Set();
  return {
    add: (row) => ids.add(row.dataset.callId),
    forget: (id) => ids.delete(id),
    clear: () => ids.clear(),
    look({ body, rowOf, again, oldestFirst = false }) {
      for (const id of ids) {
        if (body && isFurtherDown(body, { dataset: { callId: id } }, oldestFirst)) continue;
        ids.delete(id);
        if (!rowOf(id)) again(id);
      }
    },
  };
}
