/* The inbox: what is chosen stays chosen while the list changes by itself; keys.js ticks a row. */
(() => {
  "use strict";
  const bar = document.getElementById("bulk");
  if (!bar) return;
  const picked = new Map(); /* name -> the version that the person saw */
  const words = bar.querySelector("[data-picked-word]");
  const whole = bar.querySelector("[data-whole]");
  const none = bar.querySelector("[data-unpick]");
  const boxes = () => [...document.querySelectorAll("#rows [data-pick]")];
  let last = null;

  const show = () => {
    for (const box of boxes()) {
      const kept = picked.has(box.name);
      if (kept) box.value = picked.get(box.name);
      box.checked = kept || Boolean(whole && whole.checked);
      box.closest("[data-row]").classList.toggle("picked", box.checked);
    }
    const n = whole && whole.checked ? Number(bar.elements.seen.value) : picked.size;
    bar.classList.toggle("active", n > 0);
    words.textContent = words.dataset.pickedWord.replace("#", n);
    none.hidden = n === 0;
  };
  const pick = (box, on) => {
    if (on) picked.set(box.name, box.value); else picked.delete(box.name);
  };
  const between = (from, to) => {
    const all = boxes(), ends = [all.findIndex((box) => box.name === from), all.indexOf(to)].sort((a, b) => a - b);
    return ends[0] < 0 ? [to] : all.slice(ends[0], ends[1] + 1);
  };
  document.addEventListener("click", (event) => {
    const box = event.target.closest && event.target.closest("[data-pick]");
    if (!box) return;
    for (const one of event.shiftKey && last ? between(last, box) : [box]) pick(one, box.checked);
    last = box.name;
    if (whole) whole.checked = false;
    show();
  });
  if (whole) whole.addEventListener("change", () => { picked.clear(); show(); });
  none.addEventListener("click", () => { picked.clear(); if (whole) whole.checked = false; show(); });

  /* A row that went out of the list takes its tick along: nobody acts on what they cannot see. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const rows = document.getElementById("rows");
    if (!rows || event.target !== rows && !rows.contains(event.target)) return;
    const there = new Set(boxes().map((box) => box.name));
    for (const name of [...picked.keys()]) if (!there.has(name)) picked.delete(name);
    show();
  });
  const box = () => {
    const row = document.activeElement && document.activeElement.closest("[data-row]");
    return row && row.querySelector("[data-pick]");
  };
  const mine = () => {
    const one = box(), button = bar.querySelector("[data-bulk=take]");
    if (!button || !one && !picked.size) return false;
    if (!picked.size) { pick(one, true); show(); }
    bar.requestSubmit(button);
    return true;
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches && event.target.matches("input:not([type=checkbox]),textarea,select,[contenteditable]");
    if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.code !== "KeyM" || document.querySelector("dialog:modal")) return;
    if (mine()) event.preventDefault();
  });
  addEventListener("pageshow", show);
  document.addEventListener("words-changed", show); /* the same rows in another language */
  show();
})();
