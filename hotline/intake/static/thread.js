// Hears that something is new in the open thread and reads the list again. Nothing is kept in
// the browser; the field in which somebody types is never touched.
"use strict";
(() => {
  const list = document.getElementById("thread");
  if (!list || !window.ReadableStream) return;
  const body = () => new URLSearchParams({ thread: list.dataset.live, lang: list.dataset.lang });
  const ask = (path) => fetch(path, { method: "POST", body: body(), cache: "no-store" });

  let shut = false;
  const read = async () => {
    const answer = await ask("/status/part");
    const words = await answer.text();
    if (answer.ok && !shut) list.innerHTML = words;
  };

  // As the page says: it does not stay open for whoever sits down next. What is being typed
  // stays, and is sent after number and code.
  const until = Date.now() + Number(list.dataset.minutes) * 60000;
  const close = () => {
    if (shut || Date.now() < until) return;
    shut = true;
    list.replaceChildren();
    if (!document.getElementById("text").value.trim())
      window.location.replace(`/status?lang=${list.dataset.lang}`);
  };
  setInterval(close, 5000);
  document.addEventListener("visibilitychange", close); // a computer that slept

  const listen = async () => {
    const answer = await ask("/status/live");
    if (!answer.ok) return answer.status === 503;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return true;
      const events = (rest + value).split("\n\n");
      rest = events.pop();
      if (events.some((event) => event.startsWith("event: changed"))) await read();
    }
  };

  const keep = async () => {
    for (;;) {
      let again = true;
      try {
        again = await listen();
      } catch {
        again = true; // the line broke: the button still works
      }
      if (!again || shut) return;
      await new Promise((done) => setTimeout(done, 5000));
      try {
        await read();
      } catch {
        // the next round tries again
      }
    }
  };
  keep();
})();
