// Hears that something is new in the open thread and reads the list again. Nothing is kept in
// the browser; the field in which somebody types is never touched.
"use strict";
(() => {
  const list = document.getElementById("thread");
  if (!list || !window.ReadableStream) return;
  const body = () => new URLSearchParams({ thread: list.dataset.live, lang: list.dataset.lang });
  const ask = (path) => fetch(path, { method: "POST", body: body(), cache: "no-store" });

  const read = async () => {
    const answer = await ask("/status/part");
    if (answer.ok) list.innerHTML = await answer.text();
  };

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
      if (!again) return;
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
