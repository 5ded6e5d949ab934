// When there is time for what need not be seen at once: after the next paint. A tab in the background is not painted, but it
// tells of its calls.

export function afterPaint(work) {
  if (document.hidden) return work();
  let isDone = false;
  const once = () => {
    if (!isDone) work();
    isDone = true;
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, 100); // hidden before it was painted
}
