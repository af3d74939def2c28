/* Visits: a press holds without a connection; it goes out later with the time of the press. */
(() => {
  "use strict";
  const KEY = "hotline-presses";
  let held = null; /* where a browser keeps nothing for a page, the page does */
  const read = () => { try { return held || JSON.parse(sessionStorage.getItem(KEY)) || []; } catch { return []; } };
  const write = (all) => { try { sessionStorage.setItem(KEY, JSON.stringify(all)); held = null; } catch { held = all; } };
  const id = () => (crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2)).slice(0, 40);

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
  const HEARD_BY = 15000; /* milliseconds: a press that hangs longer is sent again; it counts once */
  const REFUSED = [400, 404, 422]; /* never will be taken. Signed out, slowed down, broken: tried again */
  const send = async (one) => {
    const answer = await fetch(`/visits/${one.visit}/${one.kind}`, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": document.body.dataset.csrf },
      body: new URLSearchParams({ told: one.told, sent: Date.now(), once: one.once }),
      signal: AbortSignal.timeout ? AbortSignal.timeout(HEARD_BY) : undefined, /* an old telephone waits longer */
    });
    if (!answer.ok && !REFUSED.includes(answer.status)) return false;
    write(read().filter((other) => other.once !== one.once));
    return true;
  };
  /* A call for help waits for nothing: not for a press before it, nor for one under way.
     Of one visit In goes before Out; what another visit waits for holds up nobody. */
  const lane = (one) => (one.kind === "help" ? one.once : one.visit);
  const busy = new Set();
  const run = async (mine) => {
    let heard = false;
    busy.add(mine);
    try {
      for (let one; (one = read().find((next) => lane(next) === mine)); heard = true) if (!await send(one)) break;
    } catch { /* no connection: the next round tries again */ }
    busy.delete(mine);
    mark();
    if (heard) refresh();
  };
  const flush = () => {
    const waiting = read();
    const urgent = waiting.filter((one) => one.kind === "help");
    for (const one of [...urgent, ...waiting]) if (!busy.has(lane(one))) run(lane(one));
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
