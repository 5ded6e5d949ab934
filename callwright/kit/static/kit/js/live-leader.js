// Where there is no SharedWorker (Chrome on Android): the tabs choose a leader, which holds the stream and passes on what
// it hears. The leader says every two seconds that it lives; when it falls silent, the tab with the lowest name follows.

import { LiveStream } from "./live-stream.js";

const BEAT_MS = 2000;
const SILENT_MS = 5000;

export function viaLeader(onMessage) {
  const me = `${Date.now().toString(36)}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
  const channel = new BroadcastChannel("callwright-live");
  const say = (message) => channel.postMessage({ from: me, ...message });
  let request = null;
  let stream = null;
  let leader = null;
  let heardAt = Date.now();

  const joinOf = (who, wish) => {
    const send = who === me ? onMessage : (message) => say({ type: "pass", to: who, message });
    stream.join(who, send, wish);
  };

  function lead() {
    stream = new LiveStream();
    leader = me;
    if (request) joinOf(me, request);
    say({ type: "beat", isNew: true });
  }

  function follow(who) {
    leader = who;
    // Two leaders met: the one with the lower name stays.
    stream?.close();
    stream = null;
    if (request) say({ type: "join", to: leader, request });
  }

  function hear({ from, to, type, message, request: wish, isNew }) {
    if (type === "beat") {
      heardAt = Date.now();
      if (stream ? from < me : from !== leader || isNew) follow(from);
    } else if (type === "hello" && stream) say({ type: "beat" });
    else if (to === me && type === "pass") onMessage(message);
    else if (to === me && type === "join" && stream) joinOf(from, wish);
    else if (type === "leave") stream?.leave(from);
    else if (type === "hurry") stream?.hurry();
    else if (type === "resign") heardAt = 0;
  }

  channel.addEventListener("message", ({ data }) => hear(data));
  say({ type: "hello" });
  setInterval(() => {
    if (stream) say({ type: "beat" });
    else if (Date.now() - heardAt > SILENT_MS) lead();
  }, BEAT_MS);
  // A tab that hears nobody in a moment is alone and need not wait for a silence.
  setTimeout(() => leader || lead(), 250 + Math.random() * 250);

  return {
    join(wish) {
      request = wish;
      if (stream) joinOf(me, wish);
      else if (leader) say({ type: "join", to: leader, request });
    },
    tell(type) {
      if (type === "hurry") stream?.hurry();
      say({ type: type === "leave" && stream ? "resign" : type });
    },
  };
}
