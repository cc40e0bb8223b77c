// Sets the theme before the page is drawn; without a choice, the system's holds.
(() => {
  "use strict";
  let chosen = null;
  try { chosen = localStorage.getItem("selfdebug-theme"); } catch { /* nothing may be kept here */ }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
