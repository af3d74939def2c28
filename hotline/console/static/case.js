/* A case: what is seldom needed is folded on a phone, what a person opened stays open. */
(() => {
  "use strict";
  const PHONE = matchMedia("(max-width: 760px)");
  const SHOWN = "[aria-invalid], .field-error"; /* and what says of itself that it must be seen */
  const WORKING = "#case details.working[open] > [hx-get]";
  const folds = () => document.querySelectorAll("#case details.fold");
  let quiet = false; /* a live refresh, not the answer to a form */

  const fit = () => { for (const one of folds()) one.open = !PHONE.matches || one.matches("[data-shown]") || Boolean(one.querySelector(SHOWN)); };
  if (window.Idiomorph) {
    const { callbacks } = Idiomorph.defaults, before = callbacks.beforeNodeMorphed;
    callbacks.beforeNodeMorphed = (node, after) => !(node instanceof Element && node.matches(WORKING)) && before(node, after);
    callbacks.beforeAttributeUpdated = (name, element) =>
      !(name === "open" && element.localName === "details" && (quiet || element.matches(".fold")));
  }
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    quiet = Boolean(detail.requestConfig) && detail.requestConfig.verb === "get";
  });
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    for (const one of folds()) if (one.querySelector(SHOWN)) one.open = true;
    /* How an open deadline was counted is read anew after it. */
    if (target.matches("[data-live-case]")) for (const one of document.querySelectorAll(WORKING)) htmx.trigger(one, "refresh");
  });
  PHONE.addEventListener("change", fit);
  fit();
})();
