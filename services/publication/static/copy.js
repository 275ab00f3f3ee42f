"use strict";
// A button that copies, beside each piece of code; where nothing can be copied there is none.
const inEnglish = document.querySelector("article[lang=en]");
const [copy, copied] = inEnglish ? ["Copy", "Copied"] : ["Kopiera", "Kopierat"];

function add(code) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = copied;
    setTimeout(() => { button.textContent = copy; }, 2000);
  });
  code.before(button);
}

if (navigator.clipboard) document.querySelectorAll("pre").forEach(add);
