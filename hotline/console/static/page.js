/* Every page: ticking deadlines, dialogs, forms that are never overwritten. */
(() => {
  "use strict";
  const root = document.documentElement;
  let ahead = Date.parse(root.dataset.now) - Date.now();
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
      const crit = left < Math.max(Math.min(allowed / 10, 60 * MINUTE), 2000);
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
  /* A clock that was set while a page is open would move every deadline: the server is asked anew. */
  const off = () => Date.now() - performance.now();
  let steady = off();
  const setMeanwhile = () => {
    if (Math.abs(off() - steady) < 2000) return;
    steady = off();
    if ("wall" in document.body.dataset) location.reload(); /* nobody types there */
    else document.dispatchEvent(new CustomEvent("clock-set"));
  };
  const timeIs = (moment) => { ahead = Date.parse(moment) - Date.now(); tick(); };
  setInterval(() => { setMeanwhile(); tick(); spans(); }, 1000);
  tick();

  /* No row holds a NUL, and no person types one: it comes along when something is pasted. */
  document.addEventListener("input", ({ target }) => {
    if (target.type !== "file" && typeof target.value === "string" && target.value.includes("\0")) target.value = target.value.replaceAll("\0", "");
  }, true);

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
  let hiding = 0;
  const masked = (html, id) => new DOMParser().parseFromString(html, "text/html").getElementById(id);
  /* Its part alone, and at once, also without a connection: what is typed beside it stays. */
  const hide = async () => {
    hiding = 0;
    const shown = document.querySelector("[data-hide-after]"), part = shown && shown.closest("[data-hides]");
    if (!part) return;
    const { hideTo } = shown.dataset;
    part.replaceChildren();
    try {
      const answer = await fetch(hideTo, { headers: { "HX-Request": "true", "X-Automatic": "1" } });
      if (!answer.ok) return;
      const fresh = masked(await answer.text(), part.id);
      if (!fresh) { part.remove(); return; }
      part.replaceWith(document.adoptNode(fresh));
      htmx.process(fresh);
    } catch { /* no connection: it stays empty until the page is read anew */ }
  };
  /* Counted from the moment it was shown: no refresh of a list begins it anew. */
  const hideLater = () => {
    const shown = document.querySelector("[data-hide-after]");
    if (!shown) { clearTimeout(hiding); hiding = 0; }
    else if (!hiding) hiding = setTimeout(hide, shown.dataset.hideAfter * 1000);
  };

  /* A page out of the browser's memory may be of somebody who left. */
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  /* htmx notes the address of the page in the tab's storage; nothing of ours stays there. */
  try { sessionStorage.removeItem("htmx-current-path-for-history"); } catch { /* forbidden: then nothing is there */ }
  root.classList.add("with-script");
  settle();
  hideLater();
  window.hotline = { now, open, span, timeIs };
})();
