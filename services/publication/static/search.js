"use strict";
// While words are being written, what they find is shown below. Without this the form does the same.
const field = document.querySelector("[data-suggest]");
const shown = document.getElementById("traffar");
let asking = null;
let waiting = 0;

async function suggest() {
  asking?.abort();
  asking = new AbortController();
  const asked = new URLSearchParams(new FormData(field.form));
  try {
    const answer = await fetch(`${field.dataset.suggest}?${asked}`, { signal: asking.signal });
    if (answer.ok) shown.innerHTML = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(suggest, 150);
});
