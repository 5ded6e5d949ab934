// The SharedWorker that holds the one stream of this browser. Workers are not throttled when their tabs lie in the background.

import { LiveStream } from "./live-stream.js";

const stream = new LiveStream();

self.addEventListener("connect", (event) => {
  const port = event.ports[0];
  const send = (message) => port.postMessage(message);
  port.addEventListener("message", ({ data }) => {
    if (data.type === "join") stream.join(port, send, data);
    else if (data.type === "leave") stream.leave(port);
    else if (data.type === "hurry") stream.hurry();
  });
  port.start();
});
