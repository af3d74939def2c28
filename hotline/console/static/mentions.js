/* "@" and letters in a note: a list of colleagues who may know of the case opens beneath.
   A textarea may not be called a combobox: it says what it controls and which line is meant. */
(() => {
  "use strict";
  const NAMING = /(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{N}_.-]{0,30})$/u;
  const PAUSE = 120;
  let box = null, list = null, told = null, timer = 0, turn = 0, left = -1;

  const lines = () => [...list.children];
  const named = () => {
    const found = box.selectionStart === box.selectionEnd && NAMING.exec(box.value.slice(0, box.selectionStart));
    return found ? { typed: found[1], at: box.selectionStart - found[1].length - 1 } : null;
  };
  const close = () => {
    clearTimeout(timer);
    turn += 1; /* what was asked for comes too late */
    if (!list) return;
    list.remove();
    list = null;
    told.textContent = "";
    for (const name of ["aria-controls", "aria-activedescendant"]) box.removeAttribute(name);
  };
  const mean = (line) => {
    for (const one of lines()) one.setAttribute("aria-selected", String(one === line));
    box.setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  };
  const open = (fresh) => {
    close();
    if (!fresh || !fresh.children.length) return;
    list = document.adoptNode(fresh);
    box.after(list);
    box.setAttribute("aria-controls", list.id);
    told.textContent = list.dataset.said;
    mean(list.firstElementChild);
  };
  const ask = async (typed) => {
    const mine = turn;
    let fresh = null;
    try {
      const answer = await fetch(`${box.dataset.mentions}?q=${encodeURIComponent(typed)}`, { headers: { "HX-Request": "true" } });
      if (answer.ok) fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[role=listbox]");
    } catch { /* no connection: the name is typed by hand */ }
    if (mine === turn) open(fresh);
  };
  const look = () => {
    const found = named();
    if (!found || found.at === left) {
      if (!found) left = -1;
      close();
      return;
    }
    clearTimeout(timer);
    turn += 1;
    timer = setTimeout(ask, PAUSE, found.typed);
  };
  const take = (line) => {
    const found = named();
    close();
    if (!found) return;
    box.setRangeText(`@${line.dataset.name} `, found.at, box.selectionStart, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("focusin", ({ target }) => {
    if (!target.matches("[data-mentions]")) return;
    close();
    box = target;
    told = box.parentElement.querySelector(".mention-said");
    if (!told) {
      told = Object.assign(document.createElement("span"), { className: "unseen mention-said" });
      told.setAttribute("role", "status");
      box.parentElement.append(told);
    }
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-haspopup", "listbox");
  });
  document.addEventListener("focusout", ({ target }) => { if (target === box) close(); });
  document.addEventListener("input", ({ target, isComposing }) => { if (target === box && !isComposing) look(); });
  document.addEventListener("compositionend", ({ target }) => { if (target === box) look(); });
  document.addEventListener("selectionchange", () => { if (list && !named()) close(); });
  document.addEventListener("mousedown", (event) => { if (list && list.contains(event.target)) event.preventDefault(); });
  document.addEventListener("click", ({ target }) => {
    const line = list && target.closest("[role=option]");
    if (line) take(line);
  });
  document.addEventListener("keydown", (event) => {
    if (!list || event.target !== box || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const all = lines(), at = all.findIndex((one) => one.id === box.getAttribute("aria-activedescendant"));
    const does = {
      ArrowDown: () => mean(all[(at + 1) % all.length]),
      ArrowUp: () => mean(all[(at - 1 + all.length) % all.length]),
      Enter: () => take(all[at]),
      NumpadEnter: () => take(all[at]),
      Escape: () => { left = named() ? named().at : -1; close(); },
    }[event.code || event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }, true);
})();
