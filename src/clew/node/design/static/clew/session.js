// Warns two minutes before the session ends. The clock is compared, not counted: a laptop that slept
// must not believe that it still has time.

const WARN_MS = 120_000;
const CHECK_MS = 5_000;

async function keep(dialog) {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(dialog.dataset.clewKeep, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok) location.assign(dialog.dataset.clewLeft);
}

export function sessionWarning() {
  const dialog = document.querySelector("[data-clew-session]");
  if (!dialog) return;
  const length = Number(dialog.dataset.clewSession) * 1000;
  let ends = Date.now() + length;
  dialog.addEventListener("close", () => {
    ends = Date.now() + length;
    keep(dialog);
  });
  setInterval(() => {
    const left = ends - Date.now();
    if (left <= 0) location.assign(dialog.dataset.clewLeft);
    else if (left <= WARN_MS && !dialog.open) dialog.showModal();
  }, CHECK_MS);
}
