// Help of codes on hover (click, touch and Enter work without this file), and menus that close.

const HOVER_MS = 350;

export function tips() {
  document.querySelectorAll("[data-clew-tip]").forEach((button) => {
    const tip = document.getElementById(button.getAttribute("popovertarget"));
    if (!tip?.showPopover) return;
    let timer = 0;
    const inside = () => button.matches(":hover") || tip.matches(":hover");
    const open = () => {
      timer = setTimeout(() => {
        if (!tip.matches(":popover-open")) tip.showPopover({ source: button });
      }, HOVER_MS);
    };
    // WCAG 1.4.13: the pointer may move onto the help, and Escape closes it.
    const close = () => {
      clearTimeout(timer);
      setTimeout(() => {
        if (!inside() && document.activeElement !== button && tip.matches(":popover-open")) tip.hidePopover();
      }, HOVER_MS);
    };
    button.addEventListener("mouseenter", open);
    button.addEventListener("mouseleave", close);
    tip.addEventListener("mouseleave", close);
  });
}

export function menus() {
  const open = () => [...document.querySelectorAll("[data-clew-menu][open]")];
  document.addEventListener("click", (event) => {
    open().filter((menu) => !menu.contains(event.target)).forEach((menu) => menu.removeAttribute("open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });
}
