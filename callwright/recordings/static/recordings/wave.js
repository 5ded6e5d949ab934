// The waveform of one part, drawn by wavesurfer on the player's own <audio>. Without peaks there is none.

const VENDORED = new URL("../vendor/wavesurfer/wavesurfer.esm.js", import.meta.url);

// The server sends the loudest sample of each stretch, 0 to 127, all channels one after another.
export function peaksOf(text, channels) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const length = Math.floor(bytes.length / channels);
  return Array.from({ length: channels }, (_, n) =>
    Array.from(bytes.subarray(n * length, (n + 1) * length), (value) => value / 127),
  );
}

// A colour as the canvas understands it: the theme's own may be written as light-dark().
function colour(element, name) {
  element.style.color = `var(${name})`;
  const found = getComputedStyle(element).color;
  element.style.color = "";
  return found;
}

export async function draw(canvas, audio, part, onSeek) {
  if (!part.peaks.length || !part.peaks[0].length) return null;
  const { default: WaveSurfer } = await import(VENDORED);
  canvas.replaceChildren();
  const both = part.peaks.length === 2;
  const looks = {
    waveColor: colour(canvas, "--edge"),
    progressColor: colour(canvas, "--accent"),
    height: both ? 36 : 56,
  };
  const wave = WaveSurfer.create({
    container: canvas,
    media: audio,
    peaks: part.peaks,
    duration: part.seconds,
    cursorColor: colour(canvas, "--text"),
    dragToSeek: true,
    hideScrollbar: true,
    normalize: true,
    ...looks,
    splitChannels: both ? [looks, { ...looks, waveColor: colour(canvas, "--text-faint") }] : undefined,
  });
  // Its styles come as a template, because no inline style is allowed to take effect.
  const root = wave.getWrapper().getRootNode();
  const styles = new CSSStyleSheet();
  styles.replaceSync(root.querySelector("template")?.content.textContent ?? "");
  root.adoptedStyleSheets = [styles];
  wave.on("interaction", onSeek);
  return wave;
}

// Where the next sound begins after `at` seconds, if nothing is heard for more than a second; else null.
export function nextSound(part, at) {
  const length = part.peaks[0]?.length ?? 0;
  if (!length) return null;
  const perSecond = length / part.seconds;
  const here = Math.floor(at * perSecond);
  const loud = (n) => part.peaks.some((lane) => lane[n] > 0.03);
  let next = here;
  while (next < length && !loud(next)) next += 1;
  return next < length && (next - here) / perSecond > 1 ? Math.max(at, next / perSecond - 0.2) : null;
}
