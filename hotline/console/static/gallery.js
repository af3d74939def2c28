/* The photographs of an act one by one: covered until a person opens each, which is written down. */
(() => {
  "use strict";
  let all = [], at = 0;
  const place = () => document.getElementById("gallery");
  const cover = () => {
    const heading = place().querySelector("h2"), img = place().querySelector("img");
    img.removeAttribute("src");
    img.hidden = true;
    heading.textContent = `${heading.dataset.word} ${at + 1} / ${all.length}`;
    const button = place().querySelector("[data-uncover]");
    button.hidden = false;
    for (const one of place().querySelectorAll("[data-turn]")) one.disabled = all.length < 2;
    button.focus();
  };
  const turn = (by) => {
    at = (at + by + all.length) % all.length;
    cover();
  };
  const uncover = () => {
    const img = place().querySelector("img");
    img.src = all[at].href;
    img.alt = place().querySelector("h2").textContent;
    img.hidden = false;
    place().querySelector(all.length < 2 ? "[data-close]" : "[data-turn='1']").focus();
    place().querySelector("[data-uncover]").hidden = true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-photo]"), dialog = place();
    if (!dialog) return;
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      all = [...link.closest("ul").querySelectorAll("[data-photo]")];
      at = all.indexOf(link);
      dialog.showModal();
      cover();
    } else if (event.target.closest("[data-turn]")) turn(Number(event.target.closest("[data-turn]").dataset.turn));
    else if (event.target.closest("[data-uncover]")) uncover();
  });
  document.addEventListener("keydown", (event) => {
    const dialog = place(), by = { ArrowRight: 1, ArrowLeft: -1 }[event.code];
    if (!by || !dialog || !dialog.open || all.length < 2) return;
    event.preventDefault();
    turn(by);
  });
  /* Closed, it shows nothing to who comes by. */
  document.addEventListener("close", (event) => { if (event.target === place()) event.target.querySelector("img").removeAttribute("src"); }, true);
})();
