// Rows that changed are read again together: one request at a time, and what happens meanwhile goes into the next.
// `reread({ place, rowOf, show })` returns a function that asks for the row of an id. `place()` is the list, whose
// data-live-rows is where rows are read and data-query what it shows; `rowOf(id)` the row on the page, if there is one;
// `show(rows, ids)` puts the rows (by id, as they are now) in for those asked for: what has none is no longer there.

const GATHER_MS = 200;
const MOST = 100;

export function reread({ place, rowOf, show }) {
  const waiting = new Set();
  let asking = false;
  let timer = 0;

  function soon(ms = GATHER_MS) {
    timer = timer || setTimeout(ask, ms);
  }

  async function ask() {
    timer = 0;
    const list = place();
    if (asking || document.hidden || !waiting.size || !list) return;
    asking = true;
    const ids = [...waiting].slice(0, MOST);
    for (const id of ids) waiting.delete(id);
    const asked = new URLSearchParams(list.dataset.query);
    asked.set("ids", ids.join(","));
    asked.set("shown", ids.filter(rowOf).join(","));
    try {
      const response = await fetch(`${list.dataset.liveRows}?${asked}`, { headers: { "HX-Request": "true" } });
      if (response.status === 401) location.reload();
      const html = response.ok ? await response.text() : "";
      // Another search was made meanwhile: what was asked for the one before says nothing of it.
      if (list !== place()) for (const id of ids) waiting.add(id);
      else if (response.ok) show(rowsIn(html), ids);
    } catch {
      for (const id of ids) waiting.add(id);
    }
    asking = false;
    if (waiting.size) soon(GATHER_MS * 2);
  }

  document.addEventListener("visibilitychange", () => document.hidden || ask());
  return (id) => {
    waiting.add(id);
    soon();
  };
}

function rowsIn(html) {
  const holder = document.createElement("template");
  holder.innerHTML = `<table><tbody>${html}</tbody></table>`;
  const rows = [...holder.content.querySelectorAll("tr[data-call-id]")];
  return new Map(rows.map((row) => [row.dataset.callId, row]));
}
