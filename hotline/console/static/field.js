/* In the field: what is typed is kept, photographs are sent again, an act is sent once. */
(() => {
  "use strict";
  const token = () => document.body.dataset.csrf;
  const LARGEST = 10 * 1024 * 1024;

  /* Of a long name both ends: a header is short, and letters of Kazakh take six signs each. */
  const named = (name) => {
    const letters = [...(name.toWellFormed ? name.toWellFormed() : name)];
    return encodeURIComponent((letters.length > 80 ? [...letters.slice(0, 59), "…", ...letters.slice(-20)] : letters).join(""));
  };

  /* --- files: each by itself, so that one lost connection loses one file ------ */
  const send = async (file, place, line) => {
    line.textContent = `${file.name}: ${place.dataset.sending}…`;
    let said = place.dataset.lost, done = false;
    if (file.size > LARGEST) { line.textContent = `${file.name}: ${place.dataset.big}`; return; }
    try {
      const answer = await fetch(place.dataset.files, {
        method: "POST", body: file,
        headers: { "X-CSRF-Token": token(), "X-Name": named(file.name), "Content-Type": file.type || "application/octet-stream", Accept: "application/json" },
      });
      done = answer.ok;
      said = (await answer.json().catch(() => ({}))).said || said;
    } catch { /* no connection: the button sends it again */ }
    line.textContent = `${file.name}: ${said} `;
    line.dataset.done = done ? "yes" : "no";
    if (done) { line.dispatchEvent(new CustomEvent("file-kept", { bubbles: true })); return; }
    const again = document.createElement("button");
    Object.assign(again, { type: "button", className: "button button-small", textContent: place.dataset.again });
    again.addEventListener("click", () => send(file, place, line));
    line.append(again);
    const back = new AbortController();
    const resend = () => {
      back.abort();
      if (line.dataset.done === "no" && line.isConnected) send(file, place, line);
    };
    addEventListener("online", resend, { signal: back.signal });
    document.addEventListener("session-back", resend, { signal: back.signal });
  };
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-photos]")) return;
    const place = event.target.closest("[data-files]"), list = place.querySelector("ul[aria-live]");
    for (const file of event.target.files) {
      const line = document.createElement("li");
      list.append(line);
      send(file, place, line);
    }
    event.target.value = "";
  });

  /* --- the act ------------------------------------------------------------- */
  const form = document.getElementById("act-form");
  if (!form) return;
  /* Sent only while the session lasts, even when the words came out of a draft: else they were led away to the login. */
  form.dataset.typed = "yes";
  const status = form.querySelector("[data-testid=draft-status]");
  let turn = Number(form.dataset.turn) || 0, timer = 0, waiting = false, unsaved = false;
  const post = (address, fields) => fetch(address, {
    method: "POST", body: fields, redirect: "follow", headers: { Accept: "application/json", "X-CSRF-Token": token() },
  });
  const save = async () => {
    clearTimeout(timer);
    turn += 1;
    const fields = new URLSearchParams(new FormData(form)), mine = turn;
    fields.set("turn", String(turn));
    unsaved = true;
    try {
      const answer = await post(form.dataset.draft, fields);
      if (!answer.ok) throw new Error(String(answer.status));
      const { said } = await answer.json();
      if (mine === turn) { status.textContent = said; unsaved = false; }
    } catch { status.textContent = form.dataset.lost; }
  };
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-photos]")) return;
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(save, 900);
  });
  form.addEventListener("file-kept", save); /* its form is there again after a reload, even with no word typed */
  form.querySelector("[data-keep]").addEventListener("click", (event) => { event.preventDefault(); save(); });
  addEventListener("online", () => { if (waiting) form.requestSubmit(); else if (unsaved) save(); });
  document.addEventListener("session-back", () => { if (unsaved && !waiting) save(); });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (navigator.onLine) return;
    /* The form's own id makes one act of it, however often it is sent. */
    event.preventDefault();
    waiting = true;
    status.textContent = form.dataset.waits;
  });
  addEventListener("beforeunload", (event) => { if (unsaved && !navigator.onLine) event.preventDefault(); });
})();
