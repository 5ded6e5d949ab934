// Wishes to send a note that the server has not met yet, by the id of their call. They outlast the card and the page, and say
// what was to be sent as it stood when it was asked for: what is typed since is another matter.

import { tab } from "../kit/js/this-tab.js";

const KEPT_MS = 12 * 3_600_000; // older than that nobody means it any more
const ABANDONED_MS = 20_000; // another tab that is alive writes its wishes anew each time it tries them
const user = document.getElementById("desk").dataset.user;
const prefix = `desk-send:${user}:`;
const kept = new Map(); // where the browser keeps nothing

export const callOf = (address) => address.match(/[0-9a-f]{8}-[0-9a-f-]{27}/)?.[0] ?? "";

export function wishOf(id) {
  try {
    const wish = kept.get(id) ?? JSON.parse(localStorage.getItem(prefix + id));
    return wish && Date.now() - wish.since < KEPT_MS ? wish : null;
  } catch {
    return null;
  }
}

export function keepWish(id, wish) {
  const now = { ...wish, tab, at: Date.now() };
  try {
    localStorage.setItem(prefix + id, JSON.stringify(now));
  } catch {
    kept.set(id, now);
  }
}

export function dropWish(id) {
  kept.delete(id);
  localStorage.removeItem(prefix + id);
}

// Those that this tab has to see to: its own, and what a tab left behind that is not there any more.
export function openWishes() {
  const ids = Object.keys(localStorage).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  for (const id of ids) if (!wishOf(id)) dropWish(id);
  return [...kept.keys(), ...ids].filter((id) => {
    const wish = wishOf(id);
    return wish && (wish.tab === tab || Date.now() - wish.at > ABANDONED_MS);
  });
}
