/* One stream a browser: a lock elects a tab that listens, a channel tells the others. */
(() => {
  "use strict";
  const chip = document.querySelector("[data-testid=live-state]");
  if (!chip) return;
  const KINDS = ["pulse", "case", "contact", "board", "notice", "call", "phone", "work", "looking", "resync", "session"];
  const SILENT = 22000;
  let last = 0, source = null;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("hotline-live") : null;

  const show = (state) => {
    if (chip.dataset.state === state) return;
    chip.dataset.state = state;
    const words = document.body.dataset;
    const text = state === "live" ? words.liveWord : words.staleWord;
    chip.querySelector(".live-word").textContent = text;
    chip.title = text;
  };

  /* Lists and figures are read anew with the viewer's own rights; forms never are. */
  const due = new Map(), before = new Map();
  const refresh = (element, kind) => {
    if (due.has(element.id || element)) return;
    const key = element.id || element;
    /* The first change is shown at once; of many in a row a few at a time. A call is for one
       person's page: nobody else asks at the same moment. */
    const quiet = Date.now() - (before.get(key) || 0) > 1500;
    const first = quiet ? 20 : 300;
    const wait = kind === "call" ? 20 : first + Math.random() * (document.hidden ? 1500 : quiet ? 80 : 200);
    due.set(key, setTimeout(() => {
      due.delete(key);
      before.set(key, Date.now());
      const now = element.isConnected ? element : document.getElementById(element.id);
      if (now && window.htmx) htmx.trigger(now, "refresh");
    }, wait));
  };
  const heard = (kind, number, build, contacts) => {
    /* Was it this one that ended? Its page asks, and is covered then. */
    if (kind === "session") { document.dispatchEvent(new CustomEvent("session-asked")); return; }
    last = Date.now();
    show("live");
    if (kind === "pulse") { window.hotline.build(build); return; }
    for (const element of document.querySelectorAll("[data-live]")) {
      const listens = kind === "resync" || element.dataset.live.split(" ").includes(kind);
      const { liveCase, liveContact } = element.dataset;
      const mine = (!liveCase || !number || liveCase === number) && (!liveContact || !contacts || contacts.includes(liveContact));
      if (listens && mine) refresh(element, kind);
    }
  };
  const tell = (kind, number, build, contacts) => {
    heard(kind, number, build, contacts);
    if (channel) channel.postMessage({ kind, number, build, contacts });
  };
  const listen = () => {
    source = new EventSource("wall" in document.body.dataset ? "/live?wall=1" : "/live");
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        const data = JSON.parse(event.data);
        tell(kind, data.case, data.build, data.contacts);
      });
    }
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) { setTimeout(listen, 5000); tell("session"); }
      if (channel) channel.postMessage({ kind: "lost" });
      lost();
    };
  };
  /* A list that is as it was is not sent again: what was seen last is named by its mark. */
  const marks = new WeakMap();
  const asked = ({ path, formData }) => `${path}?${formData ? new URLSearchParams(formData) : ""}`;
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const seen = detail.verb === "get" && marks.get(detail.target);
    if (seen && seen.asked === asked(detail)) detail.headers["If-None-Match"] = seen.mark;
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const { requestConfig, xhr, target, elt } = detail;
    if (!requestConfig || !target) return;
    const mark = xhr.getResponseHeader("ETag");
    if (mark && requestConfig.verb === "get" && requestConfig.elt === target) marks.set(target, { asked: asked(requestConfig), mark });
    else { marks.delete(target); marks.delete(elt); }
  });

  addEventListener("offline", () => show("stale"));
  document.addEventListener("session-back", () => tell("resync"));
  const lost = () => setTimeout(() => { if (Date.now() - last > 3000) show("stale"); }, 3500);

  addEventListener("online", () => {
    if (source && source.readyState === EventSource.CLOSED) listen();
  });

  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data.kind === "ask") { if (source && source.readyState === 1) channel.postMessage({ kind: "pulse" }); }
      else if (data.kind === "lost") lost();
      else heard(data.kind, data.number, data.build, data.contacts);
    };
  }
  if (navigator.locks && channel) {
    navigator.locks.request("hotline-live", () => new Promise(listen));
    channel.postMessage({ kind: "ask" });
  } else {
    /* Without locks every tab would hold a connection; asking now and then is kinder. */
    const poll = () => fetch("/notices/count", { headers: { "X-Automatic": "1" } }).then((answer) => { if (answer.ok) heard("resync"); }, lost);
    setInterval(poll, 15000);
    poll();
  }
  setInterval(() => { if (last && Date.now() - last > SILENT) show("stale"); }, 1000);
  setTimeout(() => { if (!last) show("stale"); }, 10000);
})();
