// What the server says of a note while it is being written: its own words stay, all around them is as it is now.

const collapsed = (place) => place.textContent.replace(/\s+/g, " ").trim();

// Read out by screen readers: said again only when it says something else.
function isNews(place, fresh) {
  return collapsed(place) !== collapsed(fresh) || Boolean(place.querySelector("[data-waits]")) !== Boolean(fresh.querySelector("[data-waits]"));
}

export function sayState(form, html) {
  const place = form.querySelector("[data-note-state]");
  if (!place || html === undefined) return;
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  if (isNews(place, fresh)) put(form, place, fresh);
}

function put(form, place, fresh) {
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(...fresh.childNodes);
  document.dispatchEvent(new CustomEvent("htmx:after:swap")); // the keys are named
  if (hadFocus) (place.querySelector("[data-send-note]") ?? form.querySelector("textarea")).focus();
}

// `work`: the side that stands here, `fresh` as the server draws it.
export function patchNote(work, fresh) {
  work.querySelector("[data-other-notes]").replaceChildren(...fresh.querySelector("[data-other-notes]").childNodes);
  const [form, other] = [work, fresh].map((side) => side.querySelector("form[data-send]"));
  const place = form.querySelector("[data-note-state]");
  const state = other.querySelector("[data-note-state]");
  if (isNews(place, state)) put(form, place, state);
  if (form.elements.account.value === other.elements.account.value) return;
  // The call has found its account: the people of that one, with its own choice among them, take the place of the others.
  form.elements.account.value = other.elements.account.value;
  form.querySelector(".recipients")?.remove();
  const people = other.querySelector(".recipients");
  if (people) form.querySelector("textarea").after(people);
}
