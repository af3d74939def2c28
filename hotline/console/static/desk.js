/* The desk: the draft is kept on the server while a person types. */
(() => {
  "use strict";
  const form = document.getElementById("call-form");
  if (!form) return;
  const status = form.querySelector("[data-testid=draft-status]");
  const words = status.querySelector("span");
  const PAUSE = 900;
  let timer, saving = null, again = false, stopped = false;

  const say = (text, done) => {
    words.textContent = text;
    status.querySelector("svg").toggleAttribute("hidden", !done);
  };
  const save = async () => {
    clearTimeout(timer);
    if (stopped) return;
    if (saving) { again = true; return saving; }
    say(status.dataset.saving, false);
    saving = fetch("/desk/draft", {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    }).then(async (answer) => {
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const kept = await answer.json();
      form.elements.draft_id.value = kept.id;
      if (!again) { say(status.dataset.saved.replace("{time}", kept.at), true); unsaved = false; }
    }).catch(() => {
      say(status.dataset.failed, false);
      if (!stopped) timer = setTimeout(save, 3000);
    }).finally(() => { saving = null; });
    await saving;
    if (again) { again = false; return save(); }
  };
  let unsaved = false;
  const typed = () => {
    unsaved = true;
    say(status.dataset.saving, false);
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  addEventListener("online", () => { if (unsaved) save(); });

  /* A tab that closes takes nothing along: the last words go out with it. */
  addEventListener("pagehide", () => {
    if (!unsaved || stopped) return;
    navigator.sendBeacon("/desk/draft", new URLSearchParams(new FormData(form)));
  });

  /* --- the telephone: a call that this person took opens its form once ---------- */
  const opened = new Set();
  const open = async (id) => {
    const answer = await fetch(`/calls/${id}/take`, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": form.elements.csrf.value },
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
      if (opened.has(id) || form.elements.call_id.value === id) continue;
      opened.add(id);
      /* Of many tabs the one in sight goes first; the form opens in one. */
      setTimeout(() => open(id), document.hidden ? 1200 : 0);
    }
  };
  document.addEventListener("htmx:afterSettle", look);

  const route = form.querySelector("[data-route]");
  document.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    if (event.code === "KeyS") { event.preventDefault(); save(); }
    if (event.code === "Enter" || event.code === "NumpadEnter") { event.preventDefault(); route.click(); }
  });
  form.querySelector("[data-save]").addEventListener("click", (event) => { event.preventDefault(); save(); });

  /* Routing waits for a save that is under way, so that the draft ends with the case. */
  form.addEventListener("htmx:confirm", (event) => {
    if (event.target !== form) return;
    event.preventDefault();
    clearTimeout(timer);
    stopped = true;
    route.disabled = true;
    Promise.resolve(saving).then(() => event.detail.issueRequest(true));
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    if (event.detail.xhr.status !== 204) { stopped = false; route.disabled = false; }
  });

  /* A suggestion is taken by a person; what the person touched is theirs. */
  document.addEventListener("click", (event) => {
    const taken = event.target.closest("[data-take]");
    if (!taken) return;
    const topic = form.elements.subcategory;
    topic.value = taken.dataset.topic;
    const chosen = form.querySelector("input[name=urgency]:checked");
    const level = form.querySelector(`input[name=urgency][value="${taken.dataset.urgency}"]`);
    if (!chosen && level) level.checked = true;
    if (!form.elements.region.value && taken.dataset.region) {
      form.elements.region.value = taken.dataset.region;
      form.elements.region.dispatchEvent(new Event("change", { bubbles: true }));
    }
    topic.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
