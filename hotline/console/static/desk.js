/* The desk: the draft is kept on the server while a person types. */
(() => {
  "use strict";
  const form = document.getElementById("call-form");
  if (!form) return;
  const status = form.querySelector("[data-testid=draft-status]");
  const words = status.querySelector("span");
  const PAUSE = 900, AGAIN = 3000, HANGS = 15000, PATIENCE = 3000, KEPT = "hotline-desk";
  const fields = form.elements;
  let timer, saving = null, again = false, stopped = false, unsaved = false, quarrel = false, gone = false;

  const say = (text, done) => {
    words.textContent = text;
    status.querySelector("svg").toggleAttribute("hidden", !done);
  };
  const body = (extra) => {
    fields.csrf.value = document.body.dataset.csrf || fields.csrf.value;
    const sent = new URLSearchParams(new FormData(form));
    for (const name in extra) sent.set(name, extra[name]);
    return sent;
  };
  /* What could not be sent waits in this tab's memory; it is wiped as soon as it was kept. */
  const owner = document.body.dataset.person || "";
  const stash = () => {
    if (gone) return; /* who signs out leaves no words to the next person at this machine */
    const sent = body();
    sent.delete("csrf");
    try { sessionStorage.setItem(KEPT, JSON.stringify({ owner, sent: String(sent) })); } catch { /* full or forbidden: the page still holds it */ }
  };
  const wipe = () => { try { sessionStorage.removeItem(KEPT); } catch { /* nothing was kept */ } };

  const kept = (answer) => {
    if (answer.routed) {
      stopped = true;
      unsaved = false;
      wipe();
      return say(status.dataset.routed.replace("{number}", answer.routed), true);
    }
    fields.draft_id.value = answer.id;
    fields.draft_version.value = answer.version;
    if (again) return;
    unsaved = false;
    wipe();
    say(status.dataset.saved.replace("{time}", answer.at), true);
    if (!location.search.includes("draft=")) history.replaceState(null, "", `/desk?draft=${answer.id}`);
  };
  /* Two machines, one draft: the server shows both, a person chooses, typing goes on. */
  const conflict = (html) => {
    stopped = quarrel = true;
    stash();
    const place = document.getElementById("dialogs");
    place.innerHTML = html;
    const dialog = place.querySelector("dialog");
    say(status.dataset.failed, false);
    if (!dialog) return;
    dialog.removeAttribute("open");
    dialog.showModal();
    /* Closed without a choice: the next words ask again; nothing is typed into the void. */
    dialog.addEventListener("close", () => {
      if (quarrel) stopped = quarrel = false;
    });
  };
  const send = (extra) => fetch("/desk/draft", {
    method: "POST",
    headers: { Accept: "application/json" },
    body: body(extra),
    signal: AbortSignal.timeout ? AbortSignal.timeout(HANGS) : undefined, /* a line that hangs is a lost one: tried again */
  }).then(async (answer) => {
    if (answer.status === 409) return conflict(await answer.text());
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    kept(await answer.json());
  });
  /* Resolves when all that was typed until then is kept, or could not be. */
  const save = async () => {
    clearTimeout(timer);
    if (stopped) return;
    if (saving) { again = true; return saving; }
    const all = async () => {
      do {
        again = false;
        say(status.dataset.saving, false);
        fields.turn.value = Number(fields.turn.value) + 1;
        await send();
      } while (again && !stopped);
    };
    saving = all().catch(() => {
      say(status.dataset.failed, false);
      stash();
      if (!stopped) timer = setTimeout(save, AGAIN);
    }).finally(() => { saving = null; });
    return saving;
  };
  const typed = (event) => {
    if (event.target.closest(".menu-sheet")) return;
    unsaved = true;
    say(status.dataset.saving, false);
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("focusout", () => { if (unsaved && !saving) save(); });
  for (const leaver of document.querySelectorAll("[data-leave]")) leaver.addEventListener("click", () => { gone = true; });
  addEventListener("online", () => { if (unsaved) save(); });
  document.addEventListener("session-back", () => { if (unsaved) save(); });
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-keep]");
    const dialog = choice && choice.closest("dialog");
    if (!dialog) return;
    quarrel = false;
    if (choice.dataset.keep === "theirs") { unsaved = false; return wipe(); }
    if (choice.dataset.keep === "both") {
      fields.draft_id.value = "";
      fields.draft_version.value = "";
      fields.once.value = crypto.randomUUID ? crypto.randomUUID().slice(0, 36) : String(Math.random());
    } else fields.draft_version.value = dialog.dataset.version;
    stopped = false;
    dialog.close();
    save();
  });

  /* A tab that closes takes nothing along: the last words go out with it. */
  addEventListener("pagehide", () => {
    if (!unsaved || (stopped && !quarrel)) return;
    fields.turn.value = Number(fields.turn.value) + 1;
    /* In parts, not in an address's letters: a beacon holds 64 KB, and those treble Cyrillic. */
    const sent = new FormData();
    for (const [name, value] of body({ leaving: "yes" })) sent.append(name, value);
    if (!navigator.sendBeacon("/desk/draft", sent)) stash();
  });
  /* A page that died without a connection: its words come back into the next one, once. */
  const ANEW = ["csrf", "page", "turn", "draft_id", "draft_version"];
  const back = () => {
    let found = null;
    try { found = JSON.parse(sessionStorage.getItem(KEPT) || "null"); } catch { return; }
    if (!found) return;
    if (found.owner !== owner) return wipe(); /* another person sits here now */
    const sent = new URLSearchParams(found.sent);
    const same = sent.get("once") === fields.once.value || (sent.get("draft_id") && sent.get("draft_id") === fields.draft_id.value);
    if (!same && fields.text.value) return;
    for (const field of form.querySelectorAll("input, select, textarea")) {
      const { name, type } = field;
      if (!name || ANEW.includes(name) || field.closest(".menu-sheet")) continue;
      if (type === "radio" || type === "checkbox") field.checked = sent.get(name) === field.value;
      else if (sent.has(name) && (name !== "district" || same)) field.value = sent.get(name);
    }
    if (!same) fields.draft_id.value = sent.get("draft_id") || "";
    /* The version that these words were written over: what came since is shown, not lost. */
    fields.draft_version.value = sent.get("draft_version") || "";
    document.getElementById("danger-strip").classList.toggle("on", fields.danger_now.checked);
    unsaved = true;
    save();
  };
  back();

  /* --- the telephone: a call that this person took opens its form once ---------- */
  const opened = new Set();
  const open = async (id) => {
    const answer = await fetch(`/calls/${id}/take`, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": fields.csrf.value },
    });
    if (!answer.ok || answer.redirected) return;
    const { id: draft, fresh } = await answer.json();
    if (!draft || !fresh) return;
    if (unsaved) await save();
    /* What could not be saved is not left: the bar keeps a button that opens the form. */
    if (!unsaved) location.assign(`/desk?draft=${draft}&call=1`);
  };
  const look = () => {
    for (const bar of document.querySelectorAll("[data-call-take]")) {
      const id = bar.dataset.callTake;
      if (opened.has(id) || fields.call_id.value === id) continue;
      opened.add(id);
      /* Of many tabs the one in sight goes first; the form opens in one. */
      setTimeout(() => open(id), document.hidden ? 1200 : 0);
    }
  };
  document.addEventListener("htmx:afterSettle", look);
  look();

  const route = form.querySelector("[data-route]");
  document.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    if (event.code === "KeyS") { event.preventDefault(); save(); }
    if (event.code === "Enter" || event.code === "NumpadEnter") { event.preventDefault(); route.click(); }
  });
  /* Esc keeps what was typed and gives the keys of the list back. */
  form.addEventListener("keydown", (event) => {
    if (event.code !== "Escape" || event.isComposing || !event.target.matches("input, textarea")) return;
    event.target.blur();
    if (unsaved && !saving) save();
  });
  for (const button of form.querySelectorAll("[data-save]")) {
    button.addEventListener("click", (event) => { event.preventDefault(); save(); });
  }

  /* Whatever ends the form waits for a save that is under way, so that the draft ends with it;
     not for long: the server knows a form by its own mark, and a child waits. */
  const ends = (element) => element === form || element.matches("[data-leaves]");
  form.addEventListener("htmx:confirm", (event) => {
    if (!ends(event.target)) return;
    event.preventDefault();
    clearTimeout(timer);
    stopped = true;
    route.disabled = true;
    fields.turn.value = Number(fields.turn.value) + 1;
    Promise.race([saving, new Promise((done) => setTimeout(done, PATIENCE))]).then(() => event.detail.issueRequest(true));
  });
  form.addEventListener("htmx:configRequest", (event) => {
    if (!ends(event.target)) return;
    /* Set anew: the save that was waited for may have given the draft its number. */
    for (const name of ["draft_id", "draft_version", "turn"]) event.detail.parameters[name] = fields[name].value;
    event.detail.parameters.csrf = document.body.dataset.csrf || fields.csrf.value;
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 409 || !ends(event.detail.elt)) return;
    event.detail.shouldSwap = false;
    conflict(event.detail.xhr.responseText);
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (!ends(event.detail.elt)) return;
    if (event.detail.xhr.status === 204) { unsaved = false; wipe(); }
    else {
      route.disabled = false;
      if (event.detail.xhr.status === 409) return;
      stopped = false;
      if (unsaved) timer = setTimeout(save, PAUSE);
    }
  });
  window.hotlineDesk = { form, save };
})();
