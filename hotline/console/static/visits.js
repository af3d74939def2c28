/* Visits: a press holds without a connection; it goes out later with the time of the press. */
(() => {
  "use strict";
  const KEY = "hotline-presses";
  const read = () => { try { return JSON.parse(sessionStorage.getItem(KEY)) || []; } catch { return []; } };
  const write = (all) => sessionStorage.setItem(KEY, JSON.stringify(all));
  const id = () => (crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2)).slice(0, 40);
  let sending = false;

  const mark = () => {
    const waiting = read();
    for (const card of document.querySelectorAll("[data-testid=visit]")) {
      const mine = waiting.filter((one) => one.visit === card.dataset.visit);
      card.classList.toggle("unsent", mine.length > 0);
      for (const one of mine) {
        const form = card.querySelector(`form[data-press=${one.kind}] .button`);
        if (form) form.classList.add("pressed");
      }
    }
  };
  const refresh = () => {
    const list = document.getElementById("visits");
    if (list && window.htmx) htmx.trigger(list, "refresh");
  };
  const flush = async () => {
    if (sending) return;
    sending = true;
    let heard = false;
    try {
      for (let waiting = read(); waiting.length; waiting = read()) {
        const one = waiting[0];
        const answer = await fetch(`/visits/${one.visit}/${one.kind}`, {
          method: "POST",
          headers: { Accept: "application/json", "X-CSRF-Token": document.body.dataset.csrf },
          body: new URLSearchParams({ told: one.told, sent: Date.now(), once: one.once }),
        });
        /* Signed out, slowed down or broken: kept and tried again. Refused: it never will be taken. */
        if (!answer.ok && ![400, 404, 422].includes(answer.status)) break;
        write(read().filter((other) => other.once !== one.once));
        heard = true;
      }
    } catch { /* no connection: the next round tries again */ }
    sending = false;
    mark();
    if (heard) refresh();
  };
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-press]");
    if (!form) return;
    event.preventDefault();
    write([...read(), { visit: form.dataset.visit, kind: form.dataset.press, told: Date.now(), once: id() }]);
    mark();
    flush();
  });
  document.addEventListener("htmx:afterSettle", mark);
  addEventListener("online", flush);
  addEventListener("pageshow", flush);
  setInterval(() => { if (read().length) flush(); }, 5000);
  mark();
})();
