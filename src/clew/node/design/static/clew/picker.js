// In a field that searches for an entry, Enter searches; the form is sent by its own button.
export function pickers() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.("[data-clew-pick]")) return;
    event.preventDefault();
    event.target.closest(".clew-picker")?.querySelector("button[name=find]")?.click();
  });
  // What a search brings after something was chosen knows nothing of the choice, and would take it away.
  document.addEventListener("change", (event) => {
    const picker = event.target.closest?.("[id$=_found]")?.closest(".clew-picker");
    for (const asking of picker?.querySelectorAll("[hx-get]") ?? []) {
      window.htmx?.trigger(asking, "htmx:abort");
    }
  });
}
