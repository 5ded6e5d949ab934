// One piece of work of a kind at a time: whoever asks meanwhile has the one that is under way look once more (`again`).

// `running` is where those under way are noted; `work` gets its turn. Ends with it.
export function takeTurn(running, key, work) {
  const before = running.get(key);
  if (before) before.again = true;
  else {
    const turn = { again: false };
    running.set(key, turn);
    turn.done = work(turn).finally(() => running.delete(key));
  }
  return running.get(key).done;
}
