// Starts the components of GOV.UK Frontend; every page works without it.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A belief that a person corrects is read again at once; without scripts its button does the same.
for (const form of document.querySelectorAll("form[data-read-at-once]")) {
  form.addEventListener("change", () => form.requestSubmit(form.querySelector('button[value="read"]')));
}
