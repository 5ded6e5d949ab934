// What scripts send by themselves, as htmx would.

const ANSWER_WITHIN_MS = 15_000;

// With the headers that the page gives all that it sends, the token against forgery among them.
export const post = (url, values, options = {}) =>
  fetch(url, {
    method: "POST",
    body: new URLSearchParams(values),
    headers: { ...JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}"), "HX-Request": "true" },
    ...options,
  });

// A `signal` for requests of which the answer is not waited for for ever.
export const inTime = () => AbortSignal.timeout(ANSWER_WITHIN_MS);
