/* Where a person stands in a list outlives its refresh: the row, else its neighbour. */
(() => {
  "use strict";
  const INSIDE = ["data-key", "data-open-row", "name", "data-testid"];
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const adrift = () => !document.activeElement || document.activeElement === document.body;
  let stood = null, handed = null; /* handed: the neighbour that a person did not choose */

  /* How a control is found again in its row, when the row was built anew. */
  const way = (row, element) => {
    if (row === element) return "";
    if (element.id) return `[id="${CSS.escape(element.id)}"]`;
    const mark = INSIDE.find((name) => element.hasAttribute(name));
    return mark ? `${element.localName}[${mark}="${CSS.escape(element.getAttribute(mark))}"]` : "";
  };
  const note = () => {
    const element = document.activeElement;
    if (adrift() || element.closest("dialog")) return;
    const row = element.closest("[data-row]"), all = rows();
    stood = { element, above: [] };
    for (let up = element.parentElement; up && up.id !== "main"; up = up.parentElement) if (up.id) stood.above.push(up.id);
    if (row) Object.assign(stood, { row: row.id, way: way(row, element), order: all.map((one) => one.id), at: all.indexOf(row) });
  };
  const there = (id) => id && document.getElementById(id);
  const seen = (element) => element && element.isConnected && !element.disabled && element.getClientRects().length;
  /* Below first: what comes next is what a person would have come to. */
  const neighbour = ({ order, at }) =>
    [...order.slice(at + 1), ...order.slice(0, at).reverse()].map(there).find(seen) || rows()[0];
  const place = () => {
    const { element, row, above } = stood;
    if (seen(element)) return element;
    const anew = !row && there(element.id); /* built anew under its name: it means the same */
    if (seen(anew)) return anew;
    if (row) {
      const same = there(row);
      return same ? (stood.way && same.querySelector(stood.way)) || same : neighbour(stood);
    }
    return above.map(there).find(seen);
  };
  const back = () => {
    if (!stood || !adrift()) return; /* one answer may change several parts */
    const found = !document.querySelector("dialog:modal") && place(), gone = stood.row && !there(stood.row);
    stood = null;
    if (!found) return;
    if (gone) handed = found;
    if (found.tabIndex < 0 && !found.hasAttribute("tabindex")) found.tabIndex = -1;
    found.focus({ preventScroll: true });
  };
  /* A key under one's finger when the row went away was meant for that row: its neighbour does
     not hear the first one, unless it is a step to choose by. */
  const CHOOSES = ["KeyJ", "KeyK", "KeyG", "Slash"];
  addEventListener("pointerdown", () => { stood = handed = null; }, true);
  addEventListener("keydown", (event) => {
    if (!handed || event.altKey || event.ctrlKey || event.metaKey) return;
    const acts = document.activeElement === handed && (/^Key[A-Z]$/.test(event.code) || event.code === "Enter");
    if (["Shift", "Alt", "Control", "Meta"].includes(event.key)) return;
    handed = null;
    if (!acts || CHOOSES.includes(event.code)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  /* A form's button is switched off while it is sent: where it stood is noted before. */
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.requestConfig.verb !== "get" && detail.elt.contains(document.activeElement)) note();
  });
  document.addEventListener("htmx:beforeSwap", note);
  document.addEventListener("htmx:afterSwap", back);
  document.addEventListener("htmx:oobAfterSwap", back);
  document.addEventListener("htmx:afterSettle", () => { back(); stood = null; });
})();
