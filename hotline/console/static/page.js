/* Every page: ticking deadlines, dialogs, toasts, forms that are never overwritten. */
(() => {
  "use strict";
  const root = document.documentElement;
  const ahead = Date.parse(root.dataset.now) - Date.now();
  const now = () => Date.now() + ahead;
  const two = (n) => String(n).padStart(2, "0");

  /* --- deadlines --------------------------------------------------------- */
  const span = (ms, days) => {
    const all = Math.floor(Math.abs(ms) / 1000);
    const d = Math.floor(all / 86400), h = Math.floor(all / 3600) % 24;
    const m = Math.floor(all / 60) % 60, s = all % 60;
    if (d >= 2) return `${d} ${days} ${two(h)}:${two(m)}`;
    if (all >= 3600) return `${h + d * 24}:${two(m)}:${two(s)}`;
    return `${two(m)}:${two(s)}`;
  };
  const MINUTE = 60000;
  const tick = () => {
    const moment = now();
    for (const chip of document.querySelectorAll("[data-due]")) {
      const due = Date.parse(chip.dataset.due), left = due - moment;
      const allowed = chip.dataset.start ? due - Date.parse(chip.dataset.start) : Infinity;
      const warn = left < 30 * MINUTE || left < allowed / 4;
      const crit = left < Math.min(allowed / 10, 60 * MINUTE);
      chip.classList.toggle("overdue", left <= 0);
      chip.classList.toggle("crit", left > 0 && crit);
      chip.classList.toggle("warn", left > 0 && warn && !crit);
      const word = chip.querySelector(".left");
      const text = (left <= 0 ? "−" : "") + span(left, word.dataset.days);
      if (word.textContent !== text) word.textContent = text;
    }
  };
  /* Of a call: how long it has lasted, and how long is left to write it up. */
  const spans = () => {
    for (const timer of document.querySelectorAll("[data-since], [data-until]")) {
      const { since, until } = timer.dataset;
      const text = span(Math.max(0, since ? now() - Date.parse(since) : Date.parse(until) - now()), "");
      if (timer.textContent !== text) timer.textContent = text;
    }
  };
  setInterval(() => { tick(); spans(); }, 1000);
  tick();

  /* --- dialogs ----------------------------------------------------------- */
  const open = (dialog) => {
    if (dialog.open) dialog.close();
    dialog.showModal();
    const wrong = dialog.querySelector("[aria-invalid]");
    if (wrong) wrong.focus();
  };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.open);
      if (dialog) { event.preventDefault(); open(dialog); }
      return;
    }
    const closer = event.target.closest("[data-close]");
    if (closer) {
      const dialog = closer.closest("dialog");
      if (dialog) { event.preventDefault(); dialog.close(); }
      return;
    }
    const worker = event.target.closest("[data-work]");
    const work = worker && document.getElementById(`work-${worker.dataset.work}`);
    if (work) {
      event.preventDefault();
      work.open = true;
      work.scrollIntoView({ block: "center" });
      const field = work.querySelector("input:not([type=hidden]),select,textarea");
      if (field) field.focus();
    }
  });
  const settle = () => {
    for (const dialog of document.querySelectorAll("dialog[open]:not(:modal)")) open(dialog);
    const wrong = document.querySelector("[data-focus]");
    if (wrong && !document.querySelector("dialog:modal")) wrong.focus();
    tick();
  };

  /* --- toast ------------------------------------------------------------- */
  const toast = document.getElementById("toast");
  let fading;
  const fade = () => { clearTimeout(fading); fading = setTimeout(() => toast.replaceChildren(), 10000); };
  const undoButton = (address) => {
    const form = document.createElement("form"), token = document.createElement("input"), button = document.createElement("button");
    form.method = "post";
    form.action = address;
    form.setAttribute("hx-post", address);
    form.setAttribute("hx-swap", "none");
    Object.assign(token, { type: "hidden", name: "csrf", value: document.body.dataset.csrf });
    Object.assign(button, { className: "toast-undo", textContent: document.body.dataset.undo });
    button.dataset.undoNow = "";
    form.append(token, button);
    return form;
  };
  const say = (text, undo) => {
    toast.textContent = text;
    if (undo) {
      toast.append(undoButton(undo));
      if (window.htmx) htmx.process(toast);
    }
    fade();
  };
  if (toast && toast.textContent.trim()) fade();
  document.addEventListener("toast", (event) => say(event.detail.text, event.detail.undo));
  document.addEventListener("htmx:responseError", (event) => {
    const { requestConfig, xhr } = event.detail;
    if (requestConfig.verb !== "get") say(document.body.dataset.failed);
    /* A case that went out of sight leaves the page too. */
    else if (xhr.status === 404 && requestConfig.elt.matches("[data-live-case]")) location.replace("/inbox");
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.requestConfig.verb !== "get") say(document.body.dataset.failed);
  });

  /* --- what is typed is never overwritten --------------------------------- */
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form");
    if (form) form.dataset.typed = "yes";
    event.target.dataset.touched = "yes";
  });
  document.addEventListener("change", (event) => { event.target.dataset.touched = "yes"; });
  if (window.Idiomorph) {
    Idiomorph.defaults.callbacks.beforeNodeMorphed = (before) =>
      !(before instanceof Element && before.matches("form[data-typed], details.menu, .left"));
  }
  let stale; /* the form whose answer was that somebody was quicker */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const sender = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!sender || !sender.matches || !sender.matches("form")) return;
    const dialog = sender.closest("dialog"), again = sender.closest("#dialogs");
    if (event.detail.xhr.status === 409) {
      if (!again) stale = sender;
    } else {
      delete sender.dataset.typed;
      if (again && stale) delete stale.dataset.typed;
      if (dialog && dialog.open && event.detail.xhr.status < 300) dialog.close();
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const sender = event.detail.requestConfig && event.detail.requestConfig.elt;
    const shown = document.getElementById("case");
    if (shown && sender && sender.matches("form") && event.detail.xhr.status < 300) {
      /* What was typed over an older version stays stale: its sender must see what others wrote. */
      const before = event.detail.requestConfig.parameters.version;
      for (const field of shown.querySelectorAll("input[name=version]")) {
        if (field.value === before) field.value = shown.dataset.version;
      }
      document.getElementById("dialogs").replaceChildren();
    }
    /* A note contradicts nothing that others wrote meanwhile. */
    const head = document.getElementById("case-head");
    for (const field of document.querySelectorAll("form[data-keeps] input[name=version]")) {
      if (head) field.value = head.dataset.version;
    }
    settle();
    hideLater();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-send]")) event.target.form.requestSubmit();
  });

  /* --- what was revealed is hidden again ----------------------------------- */
  let hiding;
  const hideLater = () => {
    const shown = document.querySelector("[data-hide-after]");
    clearTimeout(hiding);
    if (shown) hiding = setTimeout(() => location.replace(shown.dataset.hideTo), shown.dataset.hideAfter * 1000);
  };

  /* --- no connection -------------------------------------------------------- */
  const banner = document.querySelector("[data-testid=offline-banner]");
  const online = () => { if (banner) banner.hidden = navigator.onLine; };
  addEventListener("online", online);
  addEventListener("offline", online);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  for (const leave of document.querySelectorAll("[data-leave]")) {
    leave.addEventListener("click", () => sessionStorage.clear());
  }
  online();
  root.classList.add("with-script");
  settle();
  hideLater();
  window.hotline = { now, say, open };
})();
