/* The session: told before it ends, renewed inside the page, and what was sent meanwhile goes out then. */
(() => {
  "use strict";
  const body = document.body, dialog = document.getElementById("session");
  if (!dialog) return;
  const WARN = 120, ASK = 20; /* seconds: before the end; between two questions about it */
  const JSON_ONLY = { Accept: "application/json" };
  const BY_ITSELF = { ...JSON_ONLY, "X-Automatic": "1" };
  const AGAIN = "/login?next=/session";
  const person = body.dataset.person;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("hotline-session") : null;
  const inside = document.getElementById("sign-in-again");
  const send = window.fetch.bind(window);
  const clock = () => Date.now() / 1000; /* goes on while the machine sleeps; only spans are counted */
  let ends = clock() + Number(body.dataset.left), asked = 0, over = false, left = false;
  const waiting = new Map(); /* what was not let in: how to send it again, by its form */

  /* --- what the server says of the session -------------------------------------- */
  const leave = () => location.replace("/");
  const adopt = (found, told) => {
    if (found.person !== person) { leave(); return; }
    ends = clock() + found.left;
    if (found.now && !told) window.hotline.timeIs(found.now);
    window.hotline.build(found.build);
    body.dataset.csrf = found.csrf;
    for (const field of document.querySelectorAll("input[name=csrf]")) field.value = found.csrf;
    if (channel && !told) channel.postMessage(found);
    const was = over;
    over = left = false;
    if (dialog.open && (was || found.left > WARN)) dialog.close();
    if (was) inside.replaceChildren();
    const due = [...waiting.values()];
    waiting.clear();
    for (const again of due) again();
    if (was) document.dispatchEvent(new CustomEvent("session-back"));
  };
  const ask = async (how = BY_ITSELF, method = "GET") => {
    asked = clock();
    const headers = method === "POST" ? { ...how, "X-CSRF-Token": body.dataset.csrf } : how;
    const answer = await send("/session", { method, headers });
    if (answer.ok) { adopt(await answer.json()); return true; }
    if (answer.status !== 401) throw new Error(String(answer.status)); /* a fault is no end */
    ended();
    return false;
  };

  /* --- before the end ------------------------------------------------------------- */
  const part = (name) => {
    for (const one of dialog.querySelectorAll("[data-session]")) one.hidden = one.dataset.session !== name;
    if (!dialog.open) dialog.showModal();
    dialog.classList.toggle("session-over", name === "over");
  };
  const tick = () => {
    if (over) return;
    const rest = ends - clock();
    if (rest > WARN) return;
    if (clock() - asked > ASK) ask().catch(() => window.hotline.connected(false));
    if (rest <= 0) return;
    if (!dialog.open && asked) part("soon");
    dialog.querySelector("[data-session-left]").textContent = window.hotline.span(rest * 1000, "");
  };
  setInterval(tick, 1000);
  document.addEventListener("clock-set", () => ask().catch(() => {}));
  document.addEventListener("session-asked", () => { if (!over) ask().catch(() => {}); });
  dialog.querySelector("[data-stay]").addEventListener("click", () => {
    ask(JSON_ONLY, "POST").catch(() => window.hotline.connected(false));
  });
  dialog.addEventListener("cancel", (event) => { if (over) event.preventDefault(); });
  /* A second Esc closes it all the same: without it nobody could sign in again here. */
  dialog.addEventListener("close", () => { if (over && inside.childElementCount) dialog.showModal(); });

  /* --- after it: the login's own form, whatever it asks for ------------------------- */
  const show = (html) => {
    const card = new DOMParser().parseFromString(html, "text/html").querySelector(".login-card");
    if (!card) { leave(); return; }
    const heading = card.querySelector("h1");
    if (heading) heading.remove();
    for (const one of card.querySelectorAll("[id]")) one.id = `again-${one.id}`;
    for (const one of card.querySelectorAll("label[for]")) one.htmlFor = `again-${one.htmlFor}`;
    const next = card.querySelector("input[name=next]");
    if (next) next.value = "/session";
    const name = card.querySelector("input[name=username]");
    if (name && !name.value) name.value = person;
    inside.replaceChildren(...card.childNodes);
    part("over");
    const field = inside.querySelector("input[type=password], input:not([type=hidden],[name=username])");
    if (field) field.focus();
  };
  const take = async (answer) => {
    if (answer.status >= 500) throw new Error(String(answer.status));
    window.hotline.connected(true);
    if ((answer.headers.get("Content-Type") || "").includes("json")) {
      const found = await answer.json();
      if (answer.ok) adopt(found);
    } else show(await answer.text());
  };
  const ended = () => {
    if (left) { location.replace("/login"); return; }
    if (over) return;
    over = true;
    const ask_again = () => send(AGAIN).then(take).catch(() => {
      window.hotline.connected(false);
      setTimeout(() => { if (over) ask_again(); }, 3000);
    });
    ask_again();
  };
  inside.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target, button = form.querySelector("button");
    if (button) button.disabled = true;
    send(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).then(take).catch(() => {
      window.hotline.connected(false);
      if (button) button.disabled = false;
    });
  });
  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data.left_for_good) { left = true; setTimeout(() => ask().catch(() => {}), 1500); } else adopt(data, true);
    };
  }
  for (const leaver of document.querySelectorAll("[data-leave]")) {
    leaver.addEventListener("click", () => {
      sessionStorage.clear();
      if (channel) channel.postMessage({ left_for_good: true });
    });
  }

  /* --- what is not let in waits ------------------------------------------------------ */
  const refused = (status, header) =>
    (status === 401 && (header("HX-Trigger") || "").includes("session-ended")) || (status === 403 && header("X-Problem") === "bad_csrf");
  /* Every script of a page asks through this: none can forget that a session may end. */
  window.fetch = async (...given) => {
    const answer = await send(...given);
    if (refused(answer.status, (name) => answer.headers.get(name))) {
      if (answer.status === 401) ended(); else ask().catch(() => {});
    }
    return answer;
  };
  /* What a page reads by itself is nothing that its person did: it keeps no session alive.
     What is read every so many seconds has no event at all. */
  const OWN = [undefined, null, "refresh", "load", "intersect"];
  document.addEventListener("htmx:configRequest", (event) => {
    const { triggeringEvent, verb, headers } = event.detail, name = triggeringEvent && triggeringEvent.type;
    if (verb === "get" && OWN.includes(name)) headers["X-Automatic"] = "1";
  });
  const tried = new WeakSet();
  window.hotline.held = ({ requestConfig, xhr }) => {
    if (!xhr || !refused(xhr.status, (name) => xhr.getResponseHeader(name))) return false;
    const { elt, verb, triggeringEvent } = requestConfig;
    if (verb !== "get") {
      if (xhr.status === 403 && tried.has(elt)) return false;
      tried.add(elt);
      waiting.set(elt, () => {
        if (elt.matches("form")) elt.requestSubmit((triggeringEvent && triggeringEvent.submitter) || null);
        else htmx.trigger(elt, triggeringEvent ? triggeringEvent.type : "click");
      });
    } else waiting.set(elt, () => htmx.trigger(elt, "refresh"));
    if (xhr.status === 401) ended(); else ask().catch(() => {});
    return true;
  };
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) tried.delete(event.detail.elt); });

  /* A form that leaves the page is sent only when it will be let in: else its words were lost. */
  const sure = new WeakSet();
  document.addEventListener("submit", async (event) => {
    const form = event.target, { submitter } = event;
    if (event.defaultPrevented || form.method !== "post" || !form.dataset.typed || form.matches("[role=search]")) return;
    if (sure.delete(form)) return;
    event.preventDefault();
    const again = () => { sure.add(form); form.requestSubmit(submitter); };
    waiting.set(form, again);
    try {
      await ask(JSON_ONLY);
      window.hotline.connected(true);
    } catch {
      waiting.delete(form);
      window.hotline.connected(false);
      window.hotline.say(body.dataset.failed);
    }
  });
})();
