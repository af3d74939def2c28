/* Keys by place on the keyboard (event.code), so that they work in every layout. */
(() => {
  "use strict";
  let leader = 0;
  const GO = { KeyQ: "/desk", KeyC: "/inbox", KeyB: "/board", KeyR: "/reports" };
  /* A button says which key presses it: data-key="accept", or the letter alone: data-key="t". */
  const NAMED = { KeyA: ["accept"], KeyD: ["decline"], KeyN: ["new"], KeyT: ["take", "transfer"], KeyM: ["mine"], KeyP: ["postpone"], KeyC: ["confirm"] };
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const here = () => document.activeElement && document.activeElement.closest("[data-row]");
  const typing = (target) => target.matches && target.matches("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");

  const step = (by) => {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(here());
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  /* On a row a key is of that row alone; on none it touches no row: nobody accepts what they do not look at. */
  const press = (code) => {
    const inside = here();
    for (const name of [...(NAMED[code] || []), code.slice(3).toLowerCase()]) {
      const mark = `[data-key="${name}"]`, all = (name === "new" || !inside ? document : inside).querySelectorAll(mark);
      const button = [...all].find((one) => inside || !one.closest("[data-row]"));
      if (button && !button.disabled && button.getClientRects().length) { button.click(); return true; }
    }
    return false;
  };
  const select = () => {
    const box = here() && here().querySelector("input[type=checkbox]");
    if (box) box.click();
    return Boolean(box);
  };
  const undo = () => {
    const button = document.querySelector("[data-undo-now]");
    if (button) button.click();
    return Boolean(button);
  };
  /* The help lists the keys of this page: those that find something to work on. */
  const ofThisPage = () => {
    for (const row of document.querySelectorAll("#help [data-where]")) row.hidden = !document.querySelector(row.dataset.where);
  };
  const help = () => {
    ofThisPage();
    window.hotline.open(document.getElementById("help"));
    return true;
  };
  document.addEventListener("click", (event) => { if (event.target.closest("[data-open=help]")) ofThisPage(); }, true);
  const urgency = () => {
    const all = [...document.querySelectorAll("#call-form input[name=urgency]")];
    if (!all.length) return false;
    const next = all[(all.findIndex((one) => one.checked) + 1) % all.length];
    next.click();
    return true;
  };
  const plain = {
    Slash: (event) => {
      if (event.shiftKey) return help();
      const search = document.getElementById("search");
      if (search) search.focus();
      return Boolean(search);
    },
    KeyJ: () => step(1),
    KeyK: () => step(-1),
    Enter: () => {
      const row = here();
      if (!row || document.activeElement !== row) return false;
      row.querySelector("[data-open-row]").click();
      return true;
    },
    KeyX: select,
    KeyG: () => { leader = Date.now(); return true; },
  };
  const withAlt = {
    KeyU: urgency,
    KeyZ: undo,
    KeyN: () => { const box = document.getElementById("narrative"); if (box) box.focus(); return Boolean(box); },
  };
  addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog:modal")) return;
    let done = false;
    if (event.altKey && !event.ctrlKey && !event.metaKey) {
      const digit = /^Digit([1-3])$/.exec(event.code);
      const take = digit && document.querySelector(`[data-take="${digit[1]}"]`);
      if (take) { take.click(); done = true; }
      else if (withAlt[event.code]) done = withAlt[event.code](event);
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
      if (leader && Date.now() - leader < 1500 && GO[event.code]) {
        done = Boolean(document.querySelector(`.rail [href="${GO[event.code]}"]`));
        if (done) location.assign(GO[event.code]);
      } else if (plain[event.code] && (event.code === "Slash" || !event.shiftKey)) done = plain[event.code](event);
      else if (/^Key[A-Z]$/.test(event.code) && !event.shiftKey) done = press(event.code);
      if (event.code !== "KeyG") leader = 0;
    }
    if (done) event.preventDefault();
  });
})();
