// One Server-Sent-Events stream for any number of listeners (tabs). Runs in a SharedWorker, or in the tab that leads.
// fetch instead of EventSource: it sends Last-Event-ID on a new stream too (needed when a tab adds a topic), and it sees
// the server's pings, so that a dead connection is noticed although the socket looks open.

const SILENCE_MS = 40_000;
const FIRST_DELAY_MS = 300;
const LONGEST_DELAY_MS = 15_000;
const REMEMBERED = 500;

export class LiveStream {
  #listeners = new Map();
  #viewer = null;
  #url = "";
  #open = new Set();
  #ids = [];
  #state = "idle";
  #attempt = 0;
  #abort = null;
  #retry = 0;
  #watch = 0;

  // `send` receives { type: "state" | "event" | "reload" | "catch-up", … }. `since` is when the page was asked for, in
  // milliseconds; `sinceId` the newest id when the server drew it, where the page knows it.
  join(key, send, { url, topics, viewer, since, sinceId }) {
    if (viewer !== this.#viewer) this.#forget(viewer);
    this.#url = url;
    this.#listeners.set(key, { send, topics: new Set(topics) });
    send({ type: "state", state: this.#state });
    const isNew = topics.some((topic) => !this.#open.has(topic));
    const before = this.#ids.findLast((entry) => entry.at < since)?.id;
    const from = this.#state === "connected" ? (sinceId ?? before) : (before ?? sinceId);
    if (isNew || !["connected", "lost"].includes(this.#state)) this.#connect(from);
    else for (const entry of this.#ids) if (entry.at >= since) this.#deliver(key, entry.message);
  }

  leave(key) {
    this.#listeners.delete(key);
    if (this.#listeners.size === 0) this.#stop("idle");
  }

  close() {
    this.#listeners.clear();
    this.#stop("idle");
  }

  // The network or the tab came back: no need to wait for the next try.
  hurry() {
    if (this.#state === "lost") this.#connect();
  }

  // Another user signed in: the tabs of the one before must not go on as if they were theirs.
  #forget(viewer) {
    this.#viewer = viewer;
    this.#tell({ type: "state", state: "refused" });
    this.#listeners.clear();
    this.#ids = [];
    this.#stop("idle");
  }

  #stop(state) {
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    this.#abort?.abort();
    this.#abort = null;
    this.#open = new Set();
    this.#say(state);
  }

  #say(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell({ type: "state", state });
  }

  #tell(message) {
    for (const { send } of this.#listeners.values()) send(message);
  }

  #deliver(key, message) {
    const listener = this.#listeners.get(key);
    if (listener?.topics.has(message.topic)) listener.send(message);
  }

  async #connect(from = this.#ids.at(-1)?.id) {
    clearTimeout(this.#retry);
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const topics = new Set([...this.#listeners.values()].flatMap((listener) => [...listener.topics]));
    this.#open = topics;
    if (topics.size === 0) return this.#stop("idle");
    try {
      this.#listen(abort);
      const answer = await fetch(`${this.#url}?topics=${encodeURIComponent([...topics].sort().join(","))}`, {
        signal: abort.signal,
        cache: "no-store",
        redirect: "error",
        headers: { Accept: "text/event-stream", ...(from ? { "Last-Event-ID": from } : {}) },
      });
      if (answer.status === 401) return this.#stop("refused");
      if (answer.status === 403) return this.#stop("forbidden");
      if (!answer.ok) throw new Error(`stream answered ${answer.status}`);
      this.#attempt = 0;
      this.#say("connected");
      // Without an id nothing is replayed: pages re-read what happened between drawing and listening.
      if (!from) this.#tell({ type: "catch-up" });
      await this.#read(answer.body, abort);
      throw new Error("stream ended");
    } catch {
      if (this.#abort === abort) this.#again();
    }
  }

  #again() {
    clearTimeout(this.#watch);
    this.#say("lost");
    const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempt++);
    this.#retry = setTimeout(() => this.#connect(), longest * (0.5 + Math.random() / 2));
  }

  #listen(abort) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => abort.abort(), SILENCE_MS);
  }

  async #read(body, abort) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#listen(abort);
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block) {
    const fields = { id: "", event: "", data: "" };
    for (const line of block.split(/\r?\n/)) {
      const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
      if (name === "data") fields.data += fields.data ? `\n${value}` : value;
      else if (name in fields) fields[name] = value;
    }
    if (fields.event === "reload") {
      this.#ids = fields.id ? [{ id: fields.id, at: Date.now(), message: {} }] : [];
      this.#tell({ type: "reload" });
    } else if (fields.event === "live") {
      const message = { type: "event", id: fields.id, ...JSON.parse(fields.data) };
      if (fields.id) this.#ids.push({ id: fields.id, at: Date.now(), message });
      if (this.#ids.length > REMEMBERED) this.#ids.shift();
      for (const key of this.#listeners.keys()) this.#deliver(key, message);
    }
  }
}
