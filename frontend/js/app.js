// The little that pages need beyond HTML. Everything works without it; nothing here decides anything.
import htmx from "htmx.org/dist/htmx.esm.js";
import { copying, dialogs, keys, menus, printing, tabs, theme } from "./behaviours.js";
import { keeping } from "./keep.js";
import { live } from "./live.js";
import { network, sending } from "./network.js";
import { questions } from "./questions.js";

document.documentElement.classList.add("js");
Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  timeout: 20000,
  historyCacheSize: 0,
  scrollBehavior: "auto",
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token[1];
});
// Refusals come as pages of their own (409, 422): show them where the answer was expected.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if ([409, 422].includes(detail.xhr.status)) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

// A passkey that was refused or called off (allauth's scripts tell it this way): say so where the page has words for it.
document.addEventListener("allauth.error", (event) => {
  const words = document.getElementById("key-failed");
  if (words) {
    event.preventDefault();
    words.hidden = false;
  }
});

theme();
tabs();
copying();
dialogs();
menus();
keys();
printing();
network(htmx);
sending();
keeping();
live(htmx);
questions();

// The first field that needs another look gets the cursor.
document.querySelector("main form:not([data-still]) [aria-invalid=true]")?.focus();
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-autosubmit], [data-autosubmit] *")) target.form?.requestSubmit();
});
