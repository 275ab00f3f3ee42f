// Warns before the session ends, and lets one stay logged in without losing the page. Without this file the page says
// in words until when one is logged in.
(() => {
  "use strict";
  const bar = document.getElementById("session");
  const alert = bar.querySelector("[data-alert]");
  const status = bar.querySelector("[data-status]");
  const until = bar.querySelector("[data-until]");
  const warning = Number(bar.dataset.warning);
  let canBeLonger = bar.dataset.longer === "true";
  let endsAt = Date.now() + Number(bar.dataset.seconds) * 1000;
  let timer = 0;

  const secondsLeft = () => Math.round((endsAt - Date.now()) / 1000);
  const wait = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(1, seconds) * 1000);
  };

  const paragraph = (text) => {
    const element = document.createElement("p");
    element.className = "govuk-body";
    element.textContent = text;
    return element;
  };
  const show = (...elements) => {
    alert.hidden = false;
    alert.replaceChildren(...elements);
  };
  const hide = () => {
    const hadFocus = alert.contains(document.activeElement);
    alert.hidden = true;
    alert.replaceChildren();
    if (hadFocus) document.getElementById("main-content").focus();
  };

  const ask = async (path, options) => {
    const answer = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  // What another tab has done counts too: the server is asked before anything is said.
  const take = (told) => {
    endsAt = Date.now() + told.seconds * 1000;
    if (told.seconds === 0) {
      ended(told.why);
      return;
    }
    until.textContent = told.until;
    canBeLonger = told.canBeLonger;
    if (told.seconds > warning) {
      hide();
      wait(told.seconds - warning);
    } else {
      warn();
      wait(told.seconds);
    }
  };
  const look = () =>
    ask("/session/kvar").then(take, () => {
      if (secondsLeft() > 0) wait(Math.min(30, secondsLeft()));
      else ended("Det gick för lång tid utan att du gjorde något.");
    });

  const warn = () => {
    const minutes = Math.max(1, Math.round(secondsLeft() / 60));
    const when = `Du loggas ut om ${minutes === 1 ? "en minut" : `${minutes} minuter`}, kl. ${until.textContent}.`;
    if (!canBeLonger) {
      show(paragraph(`${when} Spara det du håller på med. Inloggningen går inte att förlänga mer.`));
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button";
    button.textContent = "Fortsätt vara inloggad";
    button.addEventListener("click", extend);
    show(paragraph(when), button);
  };

  const extend = async () => {
    try {
      const told = await ask("/session/forlang", { method: "POST", body: new URLSearchParams({ csrf: bar.dataset.csrf }) });
      hide();
      take(told);
      if (secondsLeft() > 0) status.textContent = `Du är inloggad till kl. ${until.textContent}.`;
    } catch {
      status.textContent = "Det gick inte att förlänga just nu. Försök igen.";
    }
  };

  const ended = (why) => {
    clearTimeout(timer);
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = `/logga-in?vidare=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = "Logga in igen";
    const kept = document.querySelector("main form[method=post]")
      ? " Det du har skrivit på sidan är kvar. Skicka formuläret som vanligt, så får du logga in och fortsätta."
      : "";
    show(paragraph(`Du har loggats ut. ${why}${kept}`), ...(kept ? [] : [link]));
  };

  document.getElementById("main-content").tabIndex = -1;
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && secondsLeft() <= warning) look();
  });
  wait(secondsLeft() - warning);
})();
