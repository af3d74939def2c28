/* Beside the form: what is suggested is taken by a person; what a person touched is theirs. */
(() => {
  "use strict";
  const form = document.getElementById("call-form");
  if (!form) return;
  const fields = form.elements, assist = document.getElementById("assist");
  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));
  const ask = () => { if (window.htmx) htmx.trigger(assist, "assist"); };

  /* --- suggestions ---------------------------------------------------------- */
  const ours = { urgency: null, region: null }; /* set by a suggestion, touched by nobody since */
  form.addEventListener("change", (event) => {
    if (event.isTrusted && event.target.name === "urgency") ours.urgency = null;
    if (event.isTrusted && event.target.name === "region") ours.region = null;
  });
  const take = ({ topic, urgency, region }) => {
    fields.subcategory.value = topic;
    const chosen = form.querySelector("input[name=urgency]:checked");
    const level = form.querySelector(`input[name=urgency][value="${urgency}"]`);
    if (level && (!chosen || chosen === ours.urgency)) (ours.urgency = level).checked = true;
    if (region && (!fields.region.value || fields.region.value === ours.region)) {
      ours.region = fields.region.value = region;
      changed(fields.region);
    }
    changed(fields.subcategory);
  };
  const judge = (button) => {
    const list = fields[button.dataset.judge];
    list.value = `${list.value} ${button.dataset.receipt}`.trim();
    changed(list);
    ask();
  };
  const answer = ({ of, answer: said }) => {
    const field = fields[`fact_${of}`];
    if (!field.value) field.value = said; /* a card that is late changes no answer */
    document.getElementById("desk-facts").open = true;
    changed(field);
    document.getElementById("narrative").focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take], [data-judge], [data-answer], [data-go], [data-danger], [data-note]");
    if (!button) return;
    if (button.dataset.take) take(button.dataset);
    else if (button.dataset.judge) judge(button);
    else if (button.dataset.answer) answer(button.dataset);
    else if (button.dataset.note) {
      fields.safety_note.value = `${fields.safety_note.value} ${button.dataset.note}`.trim();
      changed(fields.safety_note);
      ask();
    }
    else {
      const drawer = document.getElementById("desk-assist");
      if (drawer.matches(":popover-open")) drawer.hidePopover();
      if (button.dataset.go) return fields[button.dataset.go].focus();
      if (!fields.danger_now.checked) fields.danger_now.click();
      strip.querySelector("button").focus();
      strip.scrollIntoView({ block: "nearest" });
    }
  });
  form.addEventListener("change", (event) => {
    if (!event.target.dataset.fact) return;
    const told = [...form.querySelectorAll("[data-fact]")].filter((one) => one.value).length;
    document.getElementById("facts-count").textContent = told;
    ask();
  });

  /* --- when nothing can be suggested, the card says so and the form goes on --------- */
  const failed = document.getElementById("assist-failed");
  const dot = document.getElementById("assist-dot"), heard = document.getElementById("heard");
  const lost = () => { failed.hidden = false; assist.hidden = true; };
  assist.addEventListener("htmx:responseError", lost);
  assist.addEventListener("htmx:sendError", lost);
  assist.addEventListener("htmx:timeout", lost);
  assist.addEventListener("htmx:afterSwap", () => {
    failed.hidden = true;
    assist.hidden = false;
    dot.hidden = !assist.querySelector("[data-testid=next-question], .danger-card, .alike");
    const spoken = assist.querySelector("[data-heard]");
    heard.hidden = !spoken;
    if (spoken) heard.textContent = spoken.dataset.heard;
  });

  /* --- the counter counts as the server does: characters, not halves of them ------- */
  const box = document.getElementById("narrative"), counter = document.getElementById("counter");
  const longest = Number(box.dataset.longest);
  const count = () => {
    const n = [...box.value].length, over = n - longest;
    counter.textContent = over > 0 ? counter.dataset.long.replace("{n}", over) : n ? `${n} / ${longest}` : "";
    counter.classList.toggle("over", over > 0);
  };
  box.addEventListener("input", count);
  count();

  /* --- a draft that was put off is due again: the tabs say so by themselves ------------ */
  setInterval(() => {
    const tabs = document.getElementById("desk-tabs");
    if (window.htmx && tabs.querySelector("[data-state=waits]")) htmx.trigger(tabs, "refresh");
  }, 60000);

  /* --- danger now ---------------------------------------------------------- */
  const strip = document.getElementById("danger-strip");
  fields.danger_now.addEventListener("change", () => {
    strip.classList.toggle("on", fields.danger_now.checked);
    const chosen = form.querySelector("input[name=urgency]:checked");
    const gravest = form.querySelector("input[name=urgency][value='0']");
    const free = !chosen || chosen === ours.urgency; /* a suggested level is nobody's yet */
    if (fields.danger_now.checked && free && gravest) gravest.checked = true;
    ask();
  });

  /* --- errors stand at their fields too -------------------------------------- */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "call-errors") return;
    for (const old of form.querySelectorAll("[data-live-error]")) old.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
    for (const link of event.target.querySelectorAll("[data-error]")) {
      const name = link.dataset.error, field = document.getElementById(name === "text" ? "narrative" : name);
      if (!field) continue;
      const note = document.createElement("span");
      Object.assign(note, { className: "field-error", id: `error-${name}`, textContent: link.textContent });
      note.dataset.liveError = "";
      (field.closest(".field") || field).append(note);
      if (field.matches("input, select, textarea")) {
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", note.id);
      }
      const sheet = field.closest("details");
      if (sheet) sheet.open = true;
    }
  });
})();
