// The preview of a layout: the card of a past call as the server draws it for a desk, without its keys and acts.

const WAIT_MS = 80;
const form = document.querySelector("[data-layout]");
const place = form.querySelector("[data-shown]");
const ACTS = ["data-key", "hx-get", "hx-post", "hx-trigger", "hx-vals", "data-call", "data-pop", "data-save", "data-pop-link", "data-look-up"];
let timer = 0;
let turn = 0;
let pointed = "";

const partIn = (code) => place.querySelector(code.startsWith("field:") ? `[data-part="${CSS.escape(code)}"]` : `.part-${code}`);

// What belongs to the desk alone goes: a key pressed here must not hang up there.
function stilled(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const card = template.content.querySelector(".card");
  card.hidden = false;
  card.querySelector(".controls")?.remove();
  for (const one of card.querySelectorAll("*")) {
    for (const name of ACTS) one.removeAttribute(name);
    if (one.matches("button, input, textarea, select")) one.disabled = true;
    if (one.matches("a")) one.removeAttribute("href");
    one.removeAttribute("name");
  }
  return card;
}

async function draw(values) {
  const mine = ++turn;
  const answer = await fetch(form.dataset.preview, { method: "POST", body: values, headers: { "HX-Request": "true" } }).catch(() => null);
  if (mine !== turn) return;
  if (!answer?.ok) {
    place.dataset.failed = form.dataset.failed;
    return;
  }
  const card = stilled(await answer.text());
  if (mine !== turn) return;
  const wasOpen = place.querySelector(".folded")?.open;
  delete place.dataset.failed;
  if (wasOpen) card.querySelector(".folded")?.setAttribute("open", "");
  place.replaceChildren(card);
  for (const item of form.querySelectorAll("li[data-part]")) {
    const isLeftOut = item.parentElement.dataset.name === "hidden";
    item.querySelector("[data-nothing]").hidden = isLeftOut || partIn(item.dataset.part) !== null;
  }
  pointAt(pointed);
}

export function drawPreview(values) {
  if (!place || !values.get("call")) return;
  values.delete("default");
  clearTimeout(timer);
  timer = setTimeout(draw, WAIT_MS, new URLSearchParams(values));
}

// The part that the pointer or the focus rests on is shown in the preview.
export function pointAt(code) {
  if (!place) return;
  pointed = code ?? "";
  for (const one of place.querySelectorAll("[data-pointed]")) delete one.dataset.pointed;
  const found = pointed && partIn(pointed);
  if (found) found.dataset.pointed = "";
}
