/* The queue and a contact's page by keys, by place on the keyboard: T take, P put off, C confirm, X close. */
(() => {
  "use strict";
  const KEYS = { KeyT: "take", KeyP: "postpone", KeyC: "confirm", KeyX: "close" };
  const ASKS = { postpone: "later", confirm: "confirm", close: "close" };
  const LEADS = 1500;
  let leader = 0;
  const typing = (target) => target.matches && target.matches("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");
  const row = () => document.activeElement && document.activeElement.closest(".queue-item");

  /* On a row a key is of that row alone; else of the contact that stands open. A row that went
     away under one's finger hands its key to nobody: see focus.js. */
  const press = (name) => {
    const here = row();
    if (!here) {
      const button = document.querySelector(`#contact-moves [data-key=${name}]`);
      if (button) button.click();
      return Boolean(button);
    }
    const near = here.querySelector(`[data-key=row-${name}]`);
    if (near) near.click();
    /* What needs a look is asked on the contact's own page; a case is decided on on its own. */
    else if (ASKS[name] && here.dataset.receipt) location.assign(`/contacts/${here.dataset.receipt}/ask/${ASKS[name]}`);
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (typing(event.target) || document.querySelector("dialog:modal")) return;
    const led = leader && Date.now() - leader < LEADS;
    leader = event.code === "KeyG" ? Date.now() : 0;
    if (led || !KEYS[event.code] || !press(KEYS[event.code])) return;
    event.preventDefault();
    event.stopPropagation(); /* the keys of every page would look further */
  }, true);
  /* In a dialog of one decision Enter says yes; a text box keeps its own. */
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Enter" && event.code !== "NumpadEnter") return;
    const dialog = event.target.closest && event.target.closest("dialog[data-decides]");
    if (!dialog || event.target.matches("textarea,button,a,summary")) return;
    const yes = dialog.querySelector("[data-yes]");
    if (yes) { event.preventDefault(); yes.click(); }
  });
  /* Whoever was taken, given back or put off leaves this list at once. */
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, requestConfig } = event.detail;
    if (!requestConfig || requestConfig.verb === "get" || !elt.closest) return;
    const queue = document.getElementById("queue");
    if (queue && elt.closest(".queue-item, #contact-moves, #toast")) htmx.trigger(queue, "refresh");
  });
})();
