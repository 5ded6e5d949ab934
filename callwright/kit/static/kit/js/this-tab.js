// Which tab this is, as long as it is open: what it keeps in the browser is told from what others keep.

sessionStorage["desk-tab"] ??= Math.random().toString(36).slice(2);
export const tab = sessionStorage["desk-tab"];
