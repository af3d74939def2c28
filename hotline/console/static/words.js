/* Another language without losing work: the words of the page change, what is typed stays. */
(() => {
  "use strict";
  /* Rows that are ticked are work as well; their boxes stand beside their form. */
  const ticked = () => [...document.querySelectorAll("main [data-pick]:checked, main [data-whole]:checked")].map((box) => box.form);
  const typed = () => [...new Set([...document.querySelectorAll("main form[data-typed], dialog form[data-typed]"), ...ticked()])].filter(Boolean);
  const fields = (form) => [...form.elements].filter((one) => one.name && one.name !== "csrf" && one.type !== "file");
  const keep = () => {
    const states = [];
    for (const form of typed()) {
      const mark = form.dataset.typed;
      if (mark) states.push(() => { form.dataset.typed = mark; });
      for (const field of fields(form)) {
        const { value, checked, selectedIndex } = field, touched = field.dataset.touched;
        states.push(() => {
          if (field.type === "checkbox" || field.type === "radio") field.checked = checked;
          else if (field.matches("select")) { field.selectedIndex = selectedIndex; if (field.value !== value) field.value = value; }
          else if (field.value !== value) field.value = value;
          if (touched) field.dataset.touched = touched;
        });
      }
    }
    for (const details of document.querySelectorAll("main details[open]")) states.push(() => { details.open = true; });
    return () => { for (const back of states) back(); };
  };
  const swap = (html) => {
    const found = new DOMParser().parseFromString(html, "text/html");
    const before = Idiomorph.defaults.callbacks.beforeNodeMorphed;
    const restore = keep();
    Idiomorph.defaults.callbacks.beforeNodeMorphed = (node) => !(node instanceof Element && node.matches(".left, dialog:modal"));
    try {
      document.title = found.title;
      document.documentElement.lang = found.documentElement.lang;
      document.documentElement.dataset.theme = found.documentElement.dataset.theme;
      const { csrf } = document.body.dataset;
      for (const [name, value] of Object.entries(found.body.dataset)) document.body.dataset[name] = value;
      document.body.dataset.csrf = csrf;
      Idiomorph.morph(document.body, found.body, { morphStyle: "innerHTML", ignoreActiveValue: true });
    } finally {
      Idiomorph.defaults.callbacks.beforeNodeMorphed = before;
    }
    restore();
    htmx.process(document.body);
    document.dispatchEvent(new CustomEvent("words-changed"));
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target, { submitter } = event;
    if (form.getAttribute("action") !== "/settings" || !submitter || !["lang", "theme"].includes(submitter.name)) return;
    if (event.defaultPrevented || !typed().length || !window.Idiomorph) return;
    event.preventDefault();
    const data = new FormData(form);
    data.set(submitter.name, submitter.value);
    data.set("back", location.pathname + location.search);
    try {
      const answer = await fetch("/settings", { method: "POST", body: new URLSearchParams(data) });
      if (!answer.ok) throw new Error(String(answer.status));
      swap(await answer.text());
    } catch {
      window.hotline.say(document.body.dataset.failed);
    }
  });
})();
