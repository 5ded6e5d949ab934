// What is too small on the wall, and what is cut: text outside of what its part shows, but for names that end in an
// ellipsis. The value of this script is the function.
() => {
  const least = 28 * Math.min(innerWidth / 1920, innerHeight / 1080) - 0.05;
  const small = [];
  const cut = [];
  const sizeOf = (element, pseudo) => Number.parseFloat(getComputedStyle(element, pseudo).fontSize);
  const PARTS = ".wall, .wall-body, .wall-body > section, .wall-figure, .wall-area, .wall-columns > section";
  const CELLS = "td, th, .wall-figure, .wall-states li";

  function measureSigns(element) {
    for (const pseudo of ["::before", "::after"]) {
      const { content } = getComputedStyle(element, pseudo);
      if (["none", "normal", '""'].includes(content) || sizeOf(element, pseudo) >= least) continue;
      small.push(`${element.className}${pseudo} ${sizeOf(element, pseudo)}`);
    }
  }

  function measureText(text, element) {
    if (sizeOf(element) < least) small.push(`${text.data} ${sizeOf(element)}`);
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    const slack = sizeOf(element) / 4; // a line of text is higher than its letters
    for (let outer = element; outer; outer = outer.parentElement) {
      const style = getComputedStyle(outer);
      if (style.textOverflow === "ellipsis") return;
      if (style.overflowX === "visible" && !outer.matches(CELLS)) continue;
      const frame = outer.getBoundingClientRect();
      const isBeside = box.left < frame.left - 1.5 || box.right > frame.right + 1.5;
      const isAbove = box.top < frame.top - slack || box.bottom > frame.bottom + slack;
      if (isBeside || isAbove) cut.push(`“${text.data}” in ${outer.tagName}.${outer.className}`);
    }
  }

  for (const element of document.body.querySelectorAll("*")) {
    if (!element.checkVisibility() || element.closest("script, svg")) continue;
    measureSigns(element);
    if (element.matches(PARTS) && element.scrollHeight > element.clientHeight + 1) {
      cut.push(`${element.className}: ${element.scrollHeight} of ${element.clientHeight}`);
    }
    for (const text of element.childNodes) {
      if (text.nodeType === Node.TEXT_NODE && text.data.trim()) measureText(text, element);
    }
  }
  return { small, cut };
};
