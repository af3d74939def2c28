/* What a page says by itself: messages with a way back, no connection, lists that did not refresh. */
(() => {
  "use strict";
  const body = document.body, toast = document.getElementById("toast");
  const banner = document.querySelector("[data-testid=offline-banner]");
  const SHOWN = 10000;

  /* --- messages: ten seconds, longer while somebody points at one ------------ */
  let fading, held = false;
  const fade = () => {
    clearTimeout(fading);
    fading = setTimeout(() => { if (held) fade(); else toast.replaceChildren(); }, SHOWN);
  };
  const hold = (on) => () => { held = on; if (!on && toast.hasChildNodes()) fade(); };
  const undoButton = (address) => {
    const form = document.createElement("form"), token = document.createElement("input"), button = document.createElement("button");
    form.method = "post";
    form.action = address;
    form.setAttribute("hx-post", address);
    form.setAttribute("hx-swap", "none");
    Object.assign(token, { type: "hidden", name: "csrf", value: body.dataset.csrf });
    Object.assign(button, { className: "toast-undo", textContent: body.dataset.undo });
    button.dataset.undoNow = "";
    button.setAttribute("aria-keyshortcuts", "Alt+Z");
    form.append(token, button);
    return form;
  };
  const say = (text, undo) => {
    if (!toast) return;
    const words = document.createElement("span");
    words.textContent = text;
    toast.replaceChildren(words);
    if (undo) {
      toast.append(undoButton(undo));
      if (window.htmx) htmx.process(toast);
    }
    fade();
  };
  if (toast) {
    for (const [name, on] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]]) {
      toast.addEventListener(name, hold(on));
    }
    if (toast.textContent.trim()) fade();
  }
  document.addEventListener("toast", (event) => say(event.detail.text, event.detail.undo));

  /* --- no connection -------------------------------------------------------- */
  let cut = false;
  const connected = (is) => {
    cut = !is;
    if (banner) banner.hidden = is && navigator.onLine;
  };
  addEventListener("online", () => connected(true));
  addEventListener("offline", () => connected(false));
  connected(navigator.onLine);

  /* --- a list that did not refresh keeps what it shows, and says so ----------- */
  const time = () => new Date(window.hotline.now()).toLocaleTimeString("ru", { timeZone: "Asia/Almaty", hour: "2-digit", minute: "2-digit" });
  const strip = (element) => {
    const before = element.previousElementSibling;
    return before && before.matches("[data-testid=not-fresh]") ? before : null;
  };
  const notFresh = (element) => {
    if (strip(element) || !element.textContent.trim() || element.closest("header")) return;
    const made = document.getElementById("not-fresh").content.firstElementChild.cloneNode(true);
    const words = made.querySelector("span");
    words.textContent = words.textContent.replace("{time}", time());
    made.querySelector("[data-again]").addEventListener("click", () => htmx.trigger(element, "refresh"));
    element.before(made);
  };
  const failed = ({ detail }) => {
    const { elt, verb } = detail.requestConfig, status = detail.xhr ? detail.xhr.status : 0;
    if (window.hotline.held && window.hotline.held(detail)) return; /* it is sent again after signing in */
    if (verb !== "get") say(body.dataset.failed);
    /* A case that went out of sight leaves the page too. */
    else if (status === 404 && elt.matches("[data-live-case]")) location.replace("/inbox");
    else if (elt.matches("[data-live]")) notFresh(elt);
  };
  document.addEventListener("htmx:responseError", failed);
  for (const lost of ["sendError", "timeout"]) document.addEventListener(`htmx:${lost}`, (event) => { connected(false); failed(event); });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (cut) connected(true);
    const { elt } = event.detail, old = elt && elt.matches && elt.matches("[data-live]") && event.detail.successful !== false && strip(elt);
    if (old) old.remove();
  });

  /* --- a newer version of these pages is there -------------------------------- */
  const newer = document.getElementById("newer");
  let later = false;
  const build = (mark) => { if (newer && mark && mark !== body.dataset.build && !later) newer.hidden = false; };
  if (newer) {
    newer.querySelector("[data-reload]").addEventListener("click", () => location.reload());
    newer.querySelector("[data-later]").addEventListener("click", () => { later = true; newer.hidden = true; });
  }
  Object.assign(window.hotline, { say, connected, build });
})();
