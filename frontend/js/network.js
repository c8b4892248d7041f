// When the line drops: say so, keep what was typed, offer to try again. And never send one form twice.
let again = null;

function tell(retry) {
  const box = document.getElementById("net");
  if (!box) return;
  again = retry;
  box.hidden = false;
  box.querySelector("[data-retry]").hidden = !retry;
}

const free = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
};

export function network(htmx) {
  for (const type of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(type, ({ detail }) => {
      if (type === "htmx:responseError" && detail.xhr.status < 500) return;
      const { elt, requestConfig } = detail;
      if (elt instanceof HTMLFormElement) free(elt);
      tell(() =>
        htmx.ajax(requestConfig.verb, requestConfig.path, {
          source: elt,
          target: detail.target,
          values: requestConfig.parameters,
        }),
      );
    });
  }
  document.addEventListener("htmx:afterOnLoad", () => {
    const box = document.getElementById("net");
    if (box) box.hidden = true;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-retry]") && again) {
      document.getElementById("net").hidden = true;
      again();
    }
    if (event.target.closest("[data-net-close]")) document.getElementById("net").hidden = true;
  });
}

export function sending() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (!navigator.onLine) {
      event.preventDefault();
      tell(() => form.requestSubmit(event.submitter));
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    if (form.target || form.hasAttribute("data-download")) setTimeout(() => free(form), 3000);
  });
  document.addEventListener("htmx:afterRequest", ({ target }) => {
    if (target instanceof HTMLFormElement) free(target);
  });
  // back from the cache of the browser: the form may be sent again
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));
}
