/* The answer to a conversation: kept on the server while one types; ready words are only placed. */
(() => {
  "use strict";
  /* What a person opened stays open when the conversation is read anew. */
  if (window.Idiomorph) {
    Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element) => !(name === "open" && element.tagName === "DETAILS");
  }
  const form = document.querySelector("form[data-draft]");
  const box = form && form.querySelector("#reply_text");
  if (!box) return;
  const status = form.querySelector("[data-reply-status]");
  const PAUSE = 700;
  let timer, kept = box.value, sent = false, going = null, lost = false, asking = false;
  /* What could not be sent waits in this tab's memory; it is wiped as soon as it was kept. */
  const KEPT = "hotline-reply", owner = document.body.dataset.person || "";
  const stash = () => {
    try { sessionStorage.setItem(KEPT, JSON.stringify({ owner, at: form.dataset.draft, text: box.value })); } catch { /* the page still holds it */ }
  };
  const wipe = () => { try { sessionStorage.removeItem(KEPT); } catch { /* nothing was kept */ } };

  const body = (extra) => new URLSearchParams({
    csrf: form.elements.csrf.value, page: form.elements.page.value, draft_version: form.elements.draft_version.value, reply_text: box.value, ...extra,
  });
  /* Another open page of this person typed other words: both are shown, and one is chosen. */
  const quarrel = (html) => {
    const place = document.getElementById("dialogs");
    for (const old of place.querySelectorAll(".conflict")) old.remove();
    place.insertAdjacentHTML("beforeend", html);
    const dialog = place.querySelector(".conflict");
    if (!dialog) return;
    asking = true;
    status.textContent = status.dataset.failed;
    dialog.removeAttribute("open");
    dialog.showModal();
    /* Closed without a choice: the next words ask again. */
    dialog.addEventListener("close", () => { asking = false; });
  };
  const save = async () => {
    clearTimeout(timer);
    if (sent || asking || box.value === kept) return;
    const text = box.value;
    try {
      going = new AbortController();
      const signal = AbortSignal.any ? AbortSignal.any([going.signal, AbortSignal.timeout(15000)]) : going.signal;
      const answer = await fetch(form.dataset.draft, { method: "POST", headers: { Accept: "application/json" }, body: body(), signal });
      if (answer.status === 409) { stash(); quarrel(await answer.text()); return; }
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const { at, version } = await answer.json();
      form.elements.draft_version.value = version;
      kept = text;
      lost = false;
      wipe();
      status.textContent = status.dataset.saved.replace("{time}", at);
    } catch {
      if (sent) return;
      lost = true;
      stash();
      status.textContent = status.dataset.failed;
      timer = setTimeout(save, 3000);
    }
  };
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); });
  /* While the box has the focus, the thread stays held, also in a pause for thought. */
  setInterval(() => { if (document.activeElement === box && box.value.trim() && !document.hidden) { kept = null; save(); } }, 30000);
  /* Who may not go yet (no connection, a session that ended) types on, and that is kept. A save
     that is under way may come after the answer: the server knows this page by its name. */
  document.addEventListener("submit", (event) => {
    if (event.target !== form || event.defaultPrevented) return;
    sent = true;
    wipe();
    clearTimeout(timer);
    if (going) going.abort();
  });
  addEventListener("pagehide", () => {
    if (sent || box.value === kept) return;
    if (!navigator.sendBeacon(form.dataset.draft, body({ leaving: "yes" })) || lost) stash();
  });
  const back = () => {
    let found = null;
    try { found = JSON.parse(sessionStorage.getItem(KEPT) || "null"); } catch { return; }
    if (!found || found.at !== form.dataset.draft) return;
    if (found.owner !== owner || box.value.includes(found.text)) { wipe(); return; }
    /* Kept from another page meanwhile: both stand there, and a person chooses. */
    box.value = found.text.startsWith(box.value) ? found.text : `${box.value}\n${found.text}`;
    save();
  };
  back();
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-reply-keep]"), dialog = choice && choice.closest("dialog");
    if (!dialog) return;
    event.preventDefault();
    const { version, text } = dialog.dataset;
    const words = { mine: box.value, theirs: text, both: `${text}\n${box.value}` };
    box.value = words[choice.dataset.replyKeep];
    kept = choice.dataset.replyKeep === "theirs" ? text : null;
    form.elements.draft_version.value = version;
    dialog.close();
    dialog.remove();
    asking = false;
    wipe();
    if (kept !== null) status.textContent = "";
    save();
    box.focus();
  });
  /* An answer goes to what its writer has seen: a newer message asks to be read first. */
  const fresh = document.querySelector("[data-new-message]");
  const newest = () => document.getElementById("thread-live").dataset.seen;
  const compare = () => { fresh.hidden = newest() === form.elements.seen.value; };
  document.addEventListener("htmx:afterSettle", compare);
  fresh.querySelector("[data-read-it]").addEventListener("click", () => { form.elements.seen.value = newest(); compare(); box.focus(); });
  document.addEventListener("click", (event) => {
    const ready = event.target.closest("[data-place]");
    if (!ready) return;
    const before = box.value.trimEnd();
    box.value = before ? `${before}\n${ready.dataset.place}` : ready.dataset.place;
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
