// Quick exit: Escape three times within two seconds, or the button. The page is blanked first, the
// sign-out follows, and the neutral page takes this page's place in the browser's history.

const WITHIN_MS = 2000;

function leave(form, neutral) {
  document.body.classList.add("clew-leaving");
  document.title = "";
  sessionStorage.clear();
  // keepalive: the sign-out reaches the node although the page is already gone.
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" })
    .catch(() => undefined)
    .finally(() => location.replace(neutral));
}

export function quickExit() {
  const button = document.querySelector("[data-clew-exit]");
  const anywhere = document.querySelector("[data-clew-leave]");
  const form = button ?? anywhere;
  if (!form) return;
  const neutral = form.dataset.clewExit ?? form.dataset.clewLeave;
  button?.addEventListener("submit", (event) => {
    event.preventDefault();
    leave(form, neutral);
  });
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
    if (presses.length >= 3) leave(form, neutral);
  }, true);
}
