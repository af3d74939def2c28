/* Says every 20 seconds that this page has something open, while it is in sight. */
(() => {
  "use strict";
  const EVERY = 20000;
  const place = document.querySelector("[data-looking]");
  if (!place || place.dataset.told) return;
  place.dataset.told = "yes";
  const said = (away) => {
    const body = new URLSearchParams({ csrf: document.body.dataset.csrf, subject: place.dataset.looking });
    if (away) body.set("away", "yes");
    return body;
  };
  const tell = () => { if (!document.hidden) fetch("/looking", { method: "POST", headers: { "X-Automatic": "1" }, body: said(false) }).catch(() => {}); };
  const leave = () => navigator.sendBeacon("/looking", said(true));
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : tell()));
  addEventListener("pagehide", leave);
  setInterval(tell, EVERY);
  tell();
  /* A page that died says nothing: who no longer tells fades on the others' pages. */
  setInterval(() => { if (place.isConnected && place.childElementCount && window.htmx) htmx.trigger(place, "refresh"); }, EVERY);
})();
