// One note out of two: what was typed in one place goes on in another, where all or part of it stands already.

const endsWithLine = (there, words) => `\n${there}`.endsWith(`\n${words}`);

// `saved`: what the server had of `typed`, and has moved to the end of `there`.
export function joined(there, typed, saved = "") {
  const start = saved.trimEnd();
  if (start && endsWithLine(there, start)) return there.slice(0, there.length - start.length) + typed;
  if (`\n${there}`.includes(`\n${typed}`)) return there;
  // The server may have had more of it than is known here.
  for (let at = 0; at < there.length; at = there.indexOf("\n", at) + 1 || there.length) {
    if (typed.startsWith(there.slice(at))) return there.slice(0, at) + typed;
  }
  return there ? `${there}\n${typed}` : typed;
}

// Whoever writes in the field goes on where they are.
export function write(field, words) {
  const { selectionStart, selectionEnd } = field;
  field.value = words;
  if (document.activeElement === field) field.setSelectionRange(selectionStart, selectionEnd);
}
