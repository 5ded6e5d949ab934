// One save on its way to the server.

const ANSWER_WITHIN_MS = 15_000;
const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];

// Throws where the server gave no answer that stands.
export async function post(url, { topics, comment }, revision) {
  const body = new URLSearchParams(topics.map((id) => ["topic", id]));
  body.append("comment", comment);
  body.append("revision", revision);
  const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const answer = await fetch(url, { method: "POST", body, headers, keepalive: true, signal });
  if (answer.ok || [404, 409, 422].includes(answer.status)) return answer;
  throw new Error(String(answer.status));
}
