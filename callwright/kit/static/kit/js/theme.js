// The per-user switch between light, dark and what the system asks for.
// <button data-theme-choice="light|dark|system">; the choice is a cookie, so that the server draws the right page at once.

const root = document.documentElement;

function choose(theme) {
  const kept = theme === "light" || theme === "dark";
  if (kept) root.dataset.theme = theme;
  else delete root.dataset.theme;
  const age = kept ? 31_536_000 : 0;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${kept ? theme : ""}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  mark();
}

function mark() {
  const current = root.dataset.theme ?? "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (button) choose(button.dataset.themeChoice);
});
document.addEventListener("htmx:after:swap", mark);
mark();
