/* What is typed on a case and not sent yet is kept on the server: it stands there again on return. */
(() => {
  "use strict";
  const PAUSE = 1000, AGAIN = 3000, HANGS = 15000, PATIENCE = 3000, KEPT = "hotline-case";
  const shown = () => document.getElementById("case");
  if (!shown()) return;
  const page = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
  const owner = document.body.dataset.person || "", number = shown().dataset.case;
  const address = `/cases/${number}/draft`;
  const open = new Map(); /* by the form's name: what is typed in it and not kept yet */
  let turn = 0;

  const status = (form) => form.querySelector("[data-draft-status]");
  const formOf = (element) => { const form = element.closest("#case form"); return form && status(form) ? form : null; };
  const nameOf = (form) => form.getAttribute("action").split("/").pop();
  const find = (name) => [...document.querySelectorAll("#case form")].find((one) => status(one) && nameOf(one) === name);
  const say = (name, text) => {
    const form = find(name);
    for (const one of form ? form.querySelectorAll("[data-draft-status]") : []) { one.textContent = text; one.hidden = !text; }
  };
  const typed = (form) => Object.fromEntries([...form.querySelectorAll("textarea[name]")].map((one) => [one.name, one.value]));
  const body = (name, told) => {
    turn += 1;
    return new URLSearchParams({ ...told, form: name, draft_page: page, draft_turn: turn, csrf: document.body.dataset.csrf });
  };

  /* What could not be sent waits in this tab's memory; it is wiped as soon as it was kept. */
  const stash = () => {
    const told = {};
    for (const [name, one] of open) told[name] = one.told;
    try {
      if (open.size) sessionStorage.setItem(KEPT, JSON.stringify({ owner, number, told }));
      else sessionStorage.removeItem(KEPT);
    } catch { /* full or forbidden: the page still holds it */ }
  };
  const save = (name) => {
    const one = open.get(name);
    if (!one) return null;
    clearTimeout(one.timer);
    if (one.saving) return one.saving; /* what came meanwhile goes out after it */
    const { told } = one, { draftSaved, draftFailed } = shown().dataset;
    const signal = AbortSignal.timeout ? AbortSignal.timeout(HANGS) : undefined;
    one.saving = fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: body(name, told), signal }).then(async (answer) => {
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const { at } = await answer.json();
      if (one.told !== told) one.timer = setTimeout(save, PAUSE, name);
      else { if (open.get(name) === one) open.delete(name); say(name, draftSaved.replace("{time}", at)); }
      stash();
    }).catch(() => {
      if (open.get(name) !== one) return; /* sent meanwhile */
      say(name, draftFailed);
      stash();
      one.timer = setTimeout(save, AGAIN, name);
    }).finally(() => { one.saving = null; });
    return one.saving;
  };
  document.addEventListener("input", ({ target }) => {
    const form = target.matches("textarea") && formOf(target);
    if (!form) return;
    const name = nameOf(form), one = open.get(name) || { saving: null, timer: 0 };
    open.set(name, one);
    one.told = typed(form);
    clearTimeout(one.timer);
    one.timer = setTimeout(save, PAUSE, name);
  });
  const all = () => { for (const name of open.keys()) save(name); };
  addEventListener("online", all);
  document.addEventListener("session-back", all);

  /* A form waits for its own save that is under way, not for long, and says after which it came. */
  document.addEventListener("htmx:confirm", (event) => {
    const form = event.target.matches("form") && formOf(event.target), one = form && open.get(nameOf(form));
    if (!one) return;
    event.preventDefault();
    clearTimeout(one.timer);
    Promise.race([one.saving, new Promise((done) => setTimeout(done, PATIENCE))]).then(() => {
      clearTimeout(one.timer);
      event.detail.issueRequest(true);
    });
  });
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const { elt, parameters } = detail;
    if (!elt.matches("form") || !elt.closest("#case, #dialogs")) return;
    turn += 1;
    parameters.draft_page = page;
    parameters.draft_turn = turn;
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const { elt, xhr } = detail;
    if (!elt.matches("form") || !elt.closest("#case, #dialogs") || !xhr) return;
    const name = elt.getAttribute("action").split("/").pop(), one = open.get(name);
    if (!one) return;
    if (xhr.status >= 200 && xhr.status < 300) { clearTimeout(one.timer); open.delete(name); stash(); }
    else one.timer = setTimeout(save, PAUSE, name); /* refused: it is kept until it can be sent */
  });

  /* A page that is left takes nothing along: the last words go out with it. */
  addEventListener("pagehide", () => {
    for (const [name, { told }] of open) if (!navigator.sendBeacon(address, body(name, told))) stash();
  });
  const back = () => {
    let found = null;
    try { found = JSON.parse(sessionStorage.getItem(KEPT) || "null"); } catch { return; }
    if (!found || found.number !== number) return;
    try { sessionStorage.removeItem(KEPT); } catch { /* nothing was kept */ }
    if (found.owner !== owner) return; /* another person sits here now */
    for (const [name, told] of Object.entries(found.told)) {
      const form = find(name);
      for (const field of form ? form.querySelectorAll("textarea[name]") : []) {
        const words = told[field.name] || "";
        if (!words || field.value.includes(words)) continue;
        /* Kept from another page meanwhile: both stand there, and a person chooses. */
        field.value = words.startsWith(field.value) ? words : `${field.value}\n${words}`;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  };
  back();
})();
