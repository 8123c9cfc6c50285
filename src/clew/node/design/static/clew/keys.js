// "/" goes to the search field; arrows, j and k walk through a list that has the focus.
// WCAG 2.1.4: the single keys can be switched off (footer), and j/k act only inside a list.

const STORE = "clew-single-keys-off";
const ENTRIES = "tbody tr, li, [data-clew-entry]";

const isOff = () => localStorage.getItem(STORE) === "1";
const isTyping = (element) =>
  element.closest("input, textarea, select, [contenteditable]") !== null;

const isWriting = (element) =>
  isTyping(element) && !element.matches("input[type=radio], input[type=checkbox]");

function entries(list) {
  return [...list.querySelectorAll(ENTRIES)]
    .map((entry) => entry.querySelector("a[href], button"))
    .filter((target) => target !== null);
}

function step(list, from, by) {
  const targets = entries(list);
  const here = targets.findIndex(
    (target) => target === from || target.closest(ENTRIES)?.contains(from),
  );
  const next = targets[here === -1 ? (by > 0 ? 0 : targets.length - 1) : here + by];
  next?.focus();
  return next !== undefined;
}

function direction(key, typing) {
  if (key === "ArrowDown") return 1;
  if (key === "ArrowUp") return -1;
  if (typing || isOff()) return 0;
  return { j: 1, k: -1 }[key] ?? 0;
}

// A page may name single keys for its choices: data-clew-key="s" on the element that the key presses, and
// data-clew-key-then="#why" for where writing goes on.
function press(event) {
  if (isOff() || event.key.length !== 1 || isWriting(event.target)) return false;
  const named = document.querySelector(`[data-clew-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!named) return false;
  event.preventDefault();
  named.click();
  (document.querySelector(named.dataset.clewKeyThen ?? "") ?? named).focus();
  return true;
}

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  const at = event.target;
  const search = document.querySelector("[data-clew-search]");
  if (event.key === "/" && search && !isTyping(at) && !isOff()) {
    event.preventDefault();
    search.focus();
    search.select();
    return;
  }
  if (press(event)) return;
  const by = direction(event.key, isTyping(at));
  if (by === 0) return;
  const fromSearch = at === search && by > 0;
  const list = fromSearch ? document.querySelector("[data-clew-list]") : at.closest("[data-clew-list]");
  if (!list || (isTyping(at) && !fromSearch)) return;
  if (step(list, at, by)) event.preventDefault();
  else if (by < 0 && search) search.focus();
}

function preference() {
  const off = document.querySelector("[data-clew-keys-off]");
  const on = document.querySelector("[data-clew-keys-on]");
  if (!off || !on) return;
  const show = () => {
    off.hidden = isOff();
    on.hidden = !isOff();
  };
  off.addEventListener("click", () => { localStorage.setItem(STORE, "1"); show(); on.focus(); });
  on.addEventListener("click", () => { localStorage.removeItem(STORE); show(); off.focus(); });
  show();
}

export function listKeys() {
  document.addEventListener("keydown", onKey);
  preference();
}
