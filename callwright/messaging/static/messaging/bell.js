// The bell: its list is read when it is opened, and again while it is open and something changes. Arrow keys move in it.

const panel = document.getElementById("bell-panel");
const list = document.getElementById("bell-list");
const count = document.getElementById("bell-count");

async function read() {
  try {
    const answer = await fetch(panel.dataset.list, { headers: { "HX-Request": "true" } });
    if (answer.status === 401) {
      window.location.assign(answer.headers.get("HX-Redirect") || "/");
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const focused = document.activeElement?.closest?.(".told-one")?.getAttribute("href");
    list.innerHTML = await answer.text();
    if (focused) list.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  } catch {
    list.textContent = panel.dataset.failed;
  }
}

function step(event) {
  const links = [...list.querySelectorAll(".told-one")];
  const at = links.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? links.length - 1 : at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (to === undefined || !links.length) return;
  event.preventDefault();
  links[(to + links.length) % links.length].focus();
}

if (panel) {
  panel.addEventListener("toggle", async (event) => {
    if (event.newState !== "open") return;
    await read();
    list.querySelector(".told-one")?.focus();
  });
  panel.addEventListener("keydown", step);
  count.addEventListener("live", () => panel.matches(":popover-open") && read());
}
