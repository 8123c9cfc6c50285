// What the pages gain with JavaScript; every page works without it.
import { initAll } from "./govuk-frontend.min.js";
import { listKeys } from "./keys.js";
import { quickExit } from "./exit.js";
import { pickers } from "./picker.js";
import { sessionWarning } from "./session.js";
import { tips, menus } from "./tips.js";

document.body.classList.add("govuk-frontend-supported", "js-enabled");
initAll();
listKeys();
quickExit();
sessionWarning();
tips();
menus();
pickers();
// Fragments that htmx puts into the page bring components of their own; the whole page is done above.
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) initAll({ scope: event.target });
});
