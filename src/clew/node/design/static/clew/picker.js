// In a field that searches for an entry, Enter searches; the form is sent by its own button.
export function pickers() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.("[data-clew-pick]")) return;
    event.preventDefault();
    event.target.closest(".clew-picker")?.querySelector("button[name=find]")?.click();
  });
}
