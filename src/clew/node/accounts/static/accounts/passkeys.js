// Forms that a passkey fills in: signing in, showing that it is you, adding a passkey.

import { create, get, possible } from "./ceremony.js";

const ceremonies = { create, get };

async function options(form) {
  if (form.dataset.passkeyOptions) return JSON.parse(form.dataset.passkeyOptions);
  const answer = await fetch(form.dataset.passkeyOptionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The node answered ${answer.status}.`);
  return (await answer.json()).request_options;
}

async function fill(form) {
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    const answer = await ceremonies[form.dataset.passkey](await options(form));
    form.elements.credential.value = JSON.stringify(answer);
  } catch {
    problem.hidden = false;
    return;
  }
  form.submit();
}

if (possible()) {
  for (const words of document.querySelectorAll("[data-passkey-missing]")) words.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      fill(form);
    });
  }
}
