// In a field that searches for an entry, Enter searches; the form is sent by its own button.
export function pickers() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.("[data-clew-pick]")) return;
    event.preventDefault();
    event.target.closest(".clew-picker")?.querySelector("button[name=find]")?.click();
  });
  keepChoices();
}

// What a search brings after something was chosen knows nothing of the choice, and would take it away: it is not shown.
// A key or a button that is still down is a choice begun: a list changed under it would swallow the press.
function keepChoices() {
  const choices = new WeakMap(); // by field: how often something was chosen
  const known = new WeakMap(); // by search: how often until it was sent
  const picker = (element) => element?.closest?.(".clew-picker");
  const chooses = (event) => {
    const field = picker(event.target.closest?.("[id$=_found]"));
    if (field && event.key !== "Tab" && event.key !== "Shift") choices.set(field, (choices.get(field) ?? 0) + 1);
  };
  for (const kind of ["change", "keydown", "pointerdown"]) document.addEventListener(kind, chooses);
  document.addEventListener("htmx:beforeSend", (event) => {
    const field = picker(event.detail.elt);
    if (field) known.set(event.detail.xhr, choices.get(field) ?? 0);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const field = picker(event.detail.target);
    if (field && known.get(event.detail.xhr) !== (choices.get(field) ?? 0)) event.detail.shouldSwap = false;
  });
}
