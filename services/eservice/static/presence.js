// Says every minute that this form is still open, shows who else has it open, and says when it is left. Without this
// file the page tells who was there when it was opened, and the form counts as open for a few minutes.
(() => {
  "use strict";
  const here = document.getElementById("presence");
  const others = here.querySelector("[data-others]");
  const means = here.querySelector("[data-means]");
  const path = here.dataset.path;
  const EVERY = 60_000;
  let goesOn = false;

  const show = (sentences) => {
    const shown = [...others.children].map((element) => element.textContent);
    if (JSON.stringify(shown) === JSON.stringify(sentences)) return; // a screen reader says what is new, once
    others.replaceChildren(
      ...sentences.map((sentence) => {
        const element = document.createElement("p");
        element.className = "govuk-body";
        element.textContent = sentence;
        return element;
      }),
    );
    means.hidden = sentences.length === 0;
  };

  const tell = async () => {
    try {
      const answer = await fetch(path, { method: "POST", credentials: "same-origin", cache: "no-store" });
      if (answer.ok) show((await answer.json()).others);
    } catch {
      // Away for a moment: the next minute tells.
    }
  };

  document.addEventListener("submit", () => { goesOn = true; });
  window.addEventListener("pageshow", (event) => {
    goesOn = false;
    if (event.persisted) tell();
  });
  window.addEventListener("pagehide", () => {
    if (!goesOn) navigator.sendBeacon(path, new URLSearchParams({ lamnar: "true" }));
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tell(); });
  setInterval(tell, EVERY);
})();
