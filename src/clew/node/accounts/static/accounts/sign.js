// Signs what a page shows: the challenge is the digest of exactly that, so the passkey's answer is the signature.

import { get, possible } from "./ceremony.js";

async function sign(part) {
  const problem = part.querySelector("[data-passkey-problem]");
  const answered = part.querySelector("input[name=credential]");
  problem.hidden = true;
  try {
    answered.value = JSON.stringify(await get(JSON.parse(part.dataset.passkeySign)));
  } catch {
    problem.hidden = false;
    return;
  }
  answered.form.submit();
}

if (possible()) {
  for (const part of document.querySelectorAll("[data-passkey-sign]")) {
    const button = part.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => sign(part));
  }
}
