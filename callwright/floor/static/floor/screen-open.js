// The link of a screen carries its token behind the #, which browsers send to nobody. It is handed over once, becomes a
// cookie of these addresses alone, and leaves the address bar.

const meta = document.querySelector("meta[name=screen-open]");
const AGAIN_MS = 5_000;
const LOOK_MS = 60_000;

function say(what) {
  for (const line of document.querySelectorAll("[data-says]")) line.hidden = line.dataset.says !== what;
}

// A link may come by mail or a bookmark: what a screen shows is not put away without a word.
function replaces(names) {
  const dialog = document.querySelector("[data-ask]");
  dialog.querySelector("p").textContent = dialog.dataset.ask.replace(/\{(\w+)\}/g, (_, name) => names[name]);
  for (const button of dialog.querySelectorAll("button")) button.onclick = () => dialog.close(button.dataset.answer);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "replace"), { once: true });
  });
}

async function open(token, replace = "") {
  say("opening");
  const headers = { "X-CSRFToken": meta.dataset.token };
  const body = new URLSearchParams({ token, replace });
  const answer = await fetch(meta.content, { method: "POST", headers, body, cache: "no-store" }).catch(() => null);
  if (answer?.status === 204) {
    history.replaceState(null, "", location.pathname);
    location.reload();
  } else if (answer?.status === 409) {
    if (await replaces(await answer.json())) return open(token, "yes");
    history.replaceState(null, "", location.pathname);
  } else if (answer?.status === 403) say("wrong");
  else if (answer?.status === 429) say("often");
  else {
    say("failed");
    setTimeout(open, AGAIN_MS, token, replace);
  }
}

// A wall that went dark comes back by itself, once somebody answers for its link again.
async function look() {
  const answer = await fetch(meta.dataset.asked, { cache: "no-store" }).catch(() => null);
  if (answer?.status === 204) location.reload();
}

if (meta.dataset.asked) setInterval(look, LOOK_MS);
if (location.hash.length > 1) open(location.hash.slice(1));
window.addEventListener("hashchange", () => location.hash.length > 1 && open(location.hash.slice(1)));
