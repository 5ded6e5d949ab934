// One save on its way to the server.

import { inTime, post as send } from "../kit/js/sending.js";

// Throws where the server gave no answer that stands.
export async function post(url, { topics, comment }, revision) {
  const body = new URLSearchParams(topics.map((id) => ["topic", id]));
  body.append("comment", comment);
  body.append("revision", revision);
  const answer = await send(url, body, { keepalive: true, signal: inTime() });
  if (answer.ok || [404, 409, 422].includes(answer.status)) return answer;
  throw new Error(String(answer.status));
}
