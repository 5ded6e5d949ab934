// The player of a recording. Several files of one call are parts, played one after the other as if they were one.

import { draw, nextSound, peaksOf } from "./wave.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = String(Math.floor(whole / 60) % 60);
  const rest = String(whole % 60).padStart(2, "0");
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${minutes.padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

class Player {
  constructor(root) {
    this.root = root;
    this.audio = root.querySelector("audio");
    this.seek = root.querySelector("[data-seek]");
    let before = 0;
    this.parts = [...root.querySelectorAll("[data-part]")].map(({ dataset }) => {
      const channels = Number(dataset.channels);
      const part = { url: dataset.url, seconds: Number(dataset.seconds), before, peaks: peaksOf(dataset.peaks, channels) };
      before += part.seconds;
      return { ...part, clientIsSecond: "turned" in dataset };
    });
    this.total = before;
    this.seek.max = String(this.total);
    this.find("[data-total]").textContent = clock(this.total);
    this.listen();
    this.open(0, 0);
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  get part() {
    return this.parts[this.index];
  }

  get now() {
    return this.part.before + this.audio.currentTime;
  }

  listen() {
    const { audio, root } = this;
    this.find("[data-play]").addEventListener("click", () => this.toggle());
    for (const button of root.querySelectorAll("[data-step]")) {
      button.addEventListener("click", () => this.go(this.now + Number(button.dataset.step)));
    }
    this.seek.addEventListener("input", () => this.go(Number(this.seek.value)));
    this.find("[data-speed]").addEventListener("change", (event) => this.setSpeed(Number(event.target.value)));
    root.addEventListener("keydown", (event) => this.onKey(event));
    audio.addEventListener("timeupdate", () => this.onTime());
    audio.addEventListener("ended", () => this.onEnded());
    audio.addEventListener("error", () => this.onError());
    for (const name of ["play", "pause"]) audio.addEventListener(name, () => this.showState());
    audio.addEventListener("play", () => {
      for (const other of document.querySelectorAll("[data-player] audio")) if (other !== audio) other.pause();
    });
  }

  async open(index, at) {
    this.index = index;
    const playing = this.wanted;
    this.wave?.destroy();
    this.wave = null;
    this.audio.src = this.part.url;
    this.audio.currentTime = at;
    this.audio.playbackRate = this.speed ?? 1;
    this.showPart();
    this.showTime();
    if (playing) this.audio.play().catch(() => {});
    const mine = this.part;
    const wave = await draw(this.find("[data-wave]"), this.audio, mine, () => this.showTime()).catch(() => null);
    if (mine !== this.part) wave?.destroy();
    else this.wave = wave;
    this.find(".player-wave").hidden = !this.wave;
    this.find("[data-lanes]").hidden = !this.wave || mine.peaks.length !== 2;
    this.audio.playbackRate = this.speed ?? 1;
  }

  go(seconds) {
    const at = Math.min(Math.max(0, seconds), this.total - 0.05);
    let index = this.parts.length - 1;
    while (index > 0 && this.parts[index].before > at) index -= 1;
    if (index === this.index) this.audio.currentTime = at - this.part.before;
    else this.open(index, at - this.parts[index].before);
    this.showTime(at);
  }

  toggle() {
    this.wanted = this.audio.paused;
    if (this.audio.ended) this.go(0); // of all parts, not of the last one
    if (this.wanted) this.audio.play().catch(() => {});
    else this.audio.pause();
  }

  setSpeed(speed) {
    this.speed = speed;
    this.audio.playbackRate = speed;
    this.find("[data-speed]").value = String(speed);
  }

  onTime() {
    this.showTime();
    if (this.audio.paused || !this.find("[data-skip]").checked) return;
    const next = nextSound(this.part, this.audio.currentTime);
    if (next !== null) this.audio.currentTime = next;
  }

  onEnded() {
    if (this.index + 1 < this.parts.length) this.open(this.index + 1, 0);
    else this.wanted = false;
  }

  async onError() {
    const answer = await fetch(this.part.url, { method: "HEAD" }).catch(() => null);
    const problem = this.find("[data-problem]");
    problem.textContent = answer?.status === 410 ? this.root.dataset.labelExpired : this.root.dataset.labelFailed;
    problem.hidden = false;
    this.wanted = false;
    this.showState();
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select")) return;
    const far = event.shiftKey ? 30 : 5;
    const step = SPEEDS.indexOf(this.speed ?? 1);
    const onButton = event.target.matches("button, input[type=checkbox]");
    const actions = {
      ArrowLeft: () => this.go(this.now - far),
      ArrowRight: () => this.go(this.now + far),
      "<": () => this.setSpeed(SPEEDS[Math.max(0, step - 1)]),
      ">": () => this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, step + 1)]),
    };
    if (!onButton) actions[" "] = () => this.toggle();
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  showState() {
    const button = this.find("[data-play]");
    const { paused } = this.audio;
    button.setAttribute("aria-label", paused ? button.dataset.labelPlay : button.dataset.labelPause);
    button.querySelector("[data-when=paused]").hidden = !paused;
    button.querySelector("[data-when=playing]").hidden = paused;
  }

  showTime(at = this.now) {
    this.find("[data-now]").textContent = clock(at);
    this.seek.value = String(at);
    this.seek.setAttribute("aria-valuetext", `${clock(at)} / ${clock(this.total)}`);
  }

  showPart() {
    const client = this.find("[data-client]");
    if (this.part.clientIsSecond) client.parentElement.append(client);
    else client.parentElement.prepend(client);
    const label = this.find("[data-part-label]");
    if (!label) return;
    const words = this.root.dataset.labelPart;
    label.textContent = words.replace("NUMBER", String(this.index + 1)).replace("TOTAL", String(this.parts.length));
  }
}

// A player that was put onto the page begins by itself: it was asked for by a click.
export function mount(within = document) {
  for (const root of within.querySelectorAll("[data-player]:not([data-mounted])")) {
    root.dataset.mounted = "";
    const player = new Player(root);
    root.focus({ preventScroll: true });
    player.toggle();
  }
}

document.addEventListener("htmx:after:swap", () => mount());
// A change of the call does not take the player away from someone who listens or has just asked to, nor does an answer
// that was on its way.
const IN_USE = "[data-player], .recording-player .htmx-request";
for (const moment of ["htmx:before:request", "htmx:before:swap"]) {
  document.addEventListener(moment, (event) => {
    if (event.target.matches?.("[data-live-key]") && event.target.querySelector(IN_USE)) event.preventDefault();
  });
}
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close-player]")) return;
  const dock = document.getElementById("player-dock");
  dock.querySelector("audio")?.pause();
  dock.querySelector("#player-here").replaceChildren();
  dock.hidden = true;
});
document.addEventListener("htmx:after:swap", () => {
  const dock = document.getElementById("player-dock");
  if (dock) dock.hidden = !dock.querySelector("#player-here > *"); // a player, or why there is none
});
