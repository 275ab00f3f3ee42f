"use strict";
// While the form is being filled in, what it finds is shown below, and the address says it. Without this the form does the same.
const form = document.querySelector("[data-while-written]");
const shown = document.getElementById("traffar");
const said = document.getElementById("lage");
let asking = null;
let waiting = 0;
let telling = 0;

async function find() {
  asking?.abort();
  asking = new AbortController();
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  try {
    const answer = await fetch(`${form.dataset.whileWritten}?${asked}`, { signal: asking.signal });
    if (!answer.ok) return;
    shown.innerHTML = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") throw error;
    return;
  }
  history.replaceState(null, "", `${form.getAttribute("action")}${asked.size ? `?${asked}` : ""}`);
  // Said once, when the writing has paused.
  telling = setTimeout(() => { said.textContent = (document.getElementById("antal") ?? shown.querySelector("h2")).textContent; }, 1000);
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  clearTimeout(telling);
  waiting = setTimeout(find, 150);
});
