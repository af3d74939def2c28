// Leave at once: by the button or by Shift three times. Without this file the link still works.
"use strict";
(() => {
  const exit = document.querySelector("[data-testid=quick-exit]");
  if (!exit) return;
  const leave = () => {
    document.title = "";
    document.documentElement.hidden = true; // blank before the next page has loaded
    window.location.replace(exit.href); // Back does not lead here again
  };
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.repeat) {
      if (event.key !== "Shift") presses = [];
      return;
    }
    presses = [...presses, event.timeStamp].slice(-3);
    if (presses.length === 3 && presses[2] - presses[0] < 3000) leave();
  });
  // A page brought back from memory would show what was typed.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
  const summary = document.querySelector("[role=alert]");
  if (summary) summary.focus();
})();
