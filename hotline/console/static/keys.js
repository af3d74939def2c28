/* Keys by place on the keyboard (event.code), so that they work in every layout. */
(() => {
  "use strict";
  let leader = 0;
  const GO = { KeyQ: "/desk", KeyC: "/inbox", KeyB: "/board" };
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const here = () => document.activeElement && document.activeElement.closest("[data-row]");
  const typing = (target) => target.matches && target.matches("input,textarea,select,[contenteditable]");

  const step = (by) => {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(here());
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  const press = (key) => {
    const inside = here() || document;
    const button = inside.querySelector(`[data-key=${key}]`) || document.querySelector(`[data-key=${key}]`);
    if (!button) return false;
    button.click();
    return true;
  };
  const urgency = () => {
    const all = [...document.querySelectorAll("#call-form input[name=urgency]")];
    if (!all.length) return false;
    const next = all[(all.findIndex((one) => one.checked) + 1) % all.length];
    next.click();
    return true;
  };
  const plain = {
    Slash: (event) => {
      if (event.shiftKey) { window.hotline.open(document.getElementById("help")); return true; }
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
    KeyA: () => press("accept"),
    KeyD: () => press("decline"),
    KeyN: () => press("new"),
    KeyG: () => { leader = Date.now(); return true; },
  };
  const withAlt = {
    KeyU: urgency,
    KeyN: () => { const box = document.getElementById("narrative"); if (box) box.focus(); return Boolean(box); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog:modal")) return;
    let done = false;
    if (event.altKey && !event.ctrlKey && !event.metaKey) {
      const digit = /^Digit([1-3])$/.exec(event.code);
      const take = digit && document.querySelector(`[data-take="${digit[1]}"]`);
      if (take) { take.click(); done = true; }
      else if (withAlt[event.code]) done = withAlt[event.code](event);
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
      if (leader && Date.now() - leader < 1500 && GO[event.code]) {
        location.assign(GO[event.code]);
        done = true;
      } else if (plain[event.code]) done = plain[event.code](event);
      if (event.code !== "KeyG") leader = 0;
    }
    if (done) event.preventDefault();
  });
})();
