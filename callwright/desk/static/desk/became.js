// The server said that a call became part of another before the desk was told.

import { becomePartOf } from "./merged.js";

document.addEventListener("desk:became", async ({ detail }) => {
  await becomePartOf(detail.id, detail.into);
  document.dispatchEvent(new CustomEvent("desk:continued", { detail }));
});
