/* The queue and a contact's page by keys, by place on the keyboard: T take, P put off, C confirm, X close. */
(() => {
  "use strict";
  const KEYS = { KeyT: "take", KeyP: "later", KeyC: "confirm", KeyX: "close" };
  const typing = (target) => target.matches && target.matches("input,textarea,select,[contenteditable]");
  const row = () => document.activeElement && document.activeElement.closest(".queue-item");

  const press = (name) => {
    const here = row();
    const near = here && here.querySelector(`[data-key=${name}]`);
    if (near) { near.click(); return true; }
    if (here) {
      /* What needs a look is asked on the contact's own page. */
      location.assign(`/contacts/${here.dataset.receipt}/ask/${name}`);
      return true;
    }
    const button = document.querySelector(`#contact-moves [data-key=${name}]`);
    if (button) button.click();
    return Boolean(button);
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!KEYS[event.code] || typing(event.target) || document.querySelector("dialog:modal")) return;
    if (press(KEYS[event.code])) event.preventDefault();
  });
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
