// Starts the components of GOV.UK Frontend; every page works without it.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A belief that a person corrects is read again at once; without scripts its button does the same.
for (const form of document.querySelectorAll("form[data-read-at-once]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// While a rule is written, the page says what it would take; without scripts its button does the same.
for (const form of document.querySelectorAll("form[data-count]")) {
  const shown = document.getElementById("count");
  let waiting, asked;
  const count = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.dataset.count, { method: "POST", body: new FormData(form), signal: asked.signal });
      if (answer.ok) shown.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };
  form.querySelector("#conditions").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(count, 250);
  });
  const show = () => {
    const chosen = form.querySelector('input[name="kind"]:checked')?.value;
    for (const part of form.querySelectorAll("[data-kind]")) part.hidden = part.dataset.kind !== chosen;
  };
  form.querySelector("[data-kinds]").addEventListener("change", show);
  show();
}
