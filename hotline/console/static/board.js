/* The board: how old its figures are, the alarm, what is chosen, the wall that stays awake. */
(() => {
  "use strict";
  const OLD = 30, AGAIN = 15000;
  const wall = "wall" in document.body.dataset;
  const board = () => document.getElementById("board");

  /* --- how old the figures are --------------------------------------------- */
  const age = document.querySelector("[data-testid=data-age]");
  let fresh = age && age.textContent;
  const live = document.querySelector("[data-testid=live-state]");
  const look = () => {
    const shown = board(), moment = window.hotline ? window.hotline.now() : Date.now();
    if (!age || !shown) return;
    const seconds = Math.max(0, Math.round((moment - Date.parse(shown.dataset.at)) / 1000));
    const old = seconds > OLD, told = age.dataset.old.replace("{n}", seconds);
    age.dataset.state = old ? "stale" : "live";
    const time = new Date(shown.dataset.at).toLocaleTimeString("ru", { timeZone: "Asia/Almaty" });
    const text = old ? told : fresh.replace(/\d\d:\d\d:\d\d/, time);
    if (age.textContent !== text) age.firstElementChild.textContent = text;
    if (old && live) {
      live.dataset.state = "stale";
      live.querySelector(".live-word").textContent = told;
    }
  };
  setInterval(look, 1000);

  /* --- the alarm: two tones until somebody sees to it ----------------------- */
  let context = null, unheard = false, rings = 0, ringing = 0;
  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "alert");
  document.body.append(said);
  const tone = (at, pitch) => {
    const source = context.createOscillator(), gain = context.createGain();
    source.frequency.value = pitch;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(0.3, at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
    source.connect(gain).connect(context.destination);
    source.start(at);
    source.stop(at + 0.4);
  };
  const ring = () => {
    const alarm = document.getElementById("alarm");
    if (!alarm || !Number(alarm.dataset.ringing) || alarm.dataset.muted === "yes") return;
    if (!context && window.AudioContext) {
      context = new AudioContext();
      context.addEventListener("statechange", () => { if (unheard) ring(); });
    }
    if (!context) return;
    unheard = context.state !== "running";
    if (unheard) {
      /* A browser lets no page sound before somebody touched it; asking again only fills its log. */
      if (!navigator.userActivation || navigator.userActivation.hasBeenActive) context.resume();
      return;
    }
    tone(context.currentTime + 0.05, 880);
    tone(context.currentTime + 0.5, 660);
    rings += 1;
    alarm.dataset.rang = rings;
  };
  const heed = () => {
    const alarm = document.getElementById("alarm"), now = alarm ? Number(alarm.dataset.ringing) : 0;
    /* Only what is new is said aloud, and at once. */
    if (now > ringing) { said.textContent = alarm.dataset.said; ring(); }
    if (!now) said.textContent = "";
    ringing = now;
  };
  setInterval(ring, AGAIN);
  for (const touched of ["pointerup", "keydown"]) document.addEventListener(touched, () => { if (unheard) ring(); });

  /* --- what is chosen stays chosen while the table reads itself anew --------- */
  const bar = document.querySelector("[data-testid=bulk-bar]");
  const chosen = new Set();
  const number = (box) => box.value.split(":")[0];
  const boxes = () => [...document.querySelectorAll("[data-pick]")];
  const count = () => {
    if (!bar) return;
    const word = bar.querySelector("[data-picked-word]");
    bar.classList.toggle("is-on", chosen.size > 0);
    word.textContent = word.dataset.pickedWord.replace("#", chosen.size);
    const all = document.querySelector("[data-pick-all]");
    if (all) all.checked = boxes().length > 0 && boxes().every((box) => box.checked);
  };
  const keep = () => {
    const there = new Set(boxes().map(number));
    for (const one of [...chosen]) if (!there.has(one)) chosen.delete(one);
    for (const box of boxes()) box.checked = chosen.has(number(box));
    count();
  };
  const choose = (box, on) => { box.checked = on; if (on) chosen.add(number(box)); else chosen.delete(number(box)); };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick]")) choose(event.target, event.target.checked);
    else if (event.target.matches("[data-pick-all]")) for (const box of boxes()) choose(box, event.target.checked);
    else return;
    count();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-unpick]")) return;
    for (const box of boxes()) choose(box, false);
    count();
  });

  /* --- the wall does not fall asleep ----------------------------------------- */
  const awake = () => {
    if (wall && navigator.wakeLock && !document.hidden) navigator.wakeLock.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", awake);
  /* Nobody does anything at a wall: it keeps alive no session of who opened it. */
  document.addEventListener("htmx:configRequest", ({ detail }) => { if (wall) detail.headers["X-Automatic"] = "1"; });

  document.addEventListener("htmx:afterSettle", () => { keep(); heed(); look(); });
  addEventListener("pageshow", keep); /* the browser ticks again what was ticked: after Back nothing is chosen unseen */
  document.addEventListener("words-changed", () => { fresh = age && age.textContent; keep(); look(); });
  keep();
  heed();
  look();
  awake();
})();
