// When there is time for what need not be seen at once: after the next paint. A tab in the background is not painted, but it
// tells of its calls. Who is quicker than that with a key finds everything there.

const waiting = new Set();

function run(work) {
  if (!waiting.delete(work)) return;
  try {
    work();
  } catch (error) {
    reportError(error); // told, and what else waits is done
  }
}

// A screen reader clicks without a pointer.
for (const moment of ["keydown", "pointerdown", "click"]) {
  window.addEventListener(moment, () => [...waiting].forEach(run), { capture: true });
}

export function afterPaint(work) {
  waiting.add(work);
  if (document.hidden) return run(work);
  requestAnimationFrame(() => setTimeout(() => run(work)));
  setTimeout(() => run(work), 100); // hidden before it was painted
}
