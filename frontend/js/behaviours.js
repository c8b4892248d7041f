const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const target = event.target.closest?.(selector);
    if (target) act(event, target);
  });

// Light, dark or as the system says: without a round trip, remembered for a year.
export function theme() {
  on("submit", "form[data-theme-form]", (event, form) => {
    const choice = event.submitter?.value;
    if (!choice) return;
    event.preventDefault();
    document.documentElement.dataset.theme = choice;
    document.cookie = `theme=${choice};path=/;max-age=31536000;samesite=lax`;
    for (const button of document.querySelectorAll("form[data-theme-form] button"))
      button.setAttribute("aria-pressed", button.value === choice);
  });
}

export function copying() {
  on("click", "[data-copy]", async (event, button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return;
    }
    const said = document.getElementById("said");
    if (said) said.textContent = button.dataset.copied || "";
    button.classList.add("good");
    const use = button.querySelector("use");
    const before = use?.getAttribute("href");
    if (use) use.setAttribute("href", before.replace(/#.*/, "#check"));
    setTimeout(() => {
      if (use) use.setAttribute("href", before);
      button.classList.remove("good");
    }, 1800);
  });
}

// A link to #id of a <dialog> opens it as a real modal; without this file the same link shows it by :target.
export function dialogs() {
  on("click", "a[href^='#']", (event, link) => {
    const box = link.hash.length > 1 && document.getElementById(link.hash.slice(1));
    if (box instanceof HTMLDialogElement) {
      event.preventDefault();
      box.showModal();
    }
  });
  on("click", "dialog", (event, box) => {
    if (event.target === box) box.close();
  });
  on("click", "[data-close]", (event, button) => {
    const box = button.closest("dialog");
    if (box?.open) {
      event.preventDefault();
      box.close();
    }
  });
}

export function menus() {
  const close = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.menu[open]");
    close();
    menu?.querySelector("summary").focus();
  });
}

// data-key="t" (or "1 a") on a link or button: one key, when nothing is being typed.
export function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
    const target = [...document.querySelectorAll("[data-key]")].find((one) =>
      one.dataset.key.split(" ").includes(event.key.toLowerCase()),
    );
    if (!target) return;
    event.preventDefault();
    target.matches("input, select, textarea") ? target.focus() : target.click();
  });
}

// data-print on a button: the page on paper.
export function printing() {
  on("click", "[data-print]", () => window.print());
}

/** A row of tabs wider than the phone begins at the one we are on, also where CSS cannot say so. */
export function tabs() {
  for (const here of document.querySelectorAll(".tabs [aria-current]")) {
    const row = here.parentElement;
    const [at, from] = [here, row].map((one) => one.getBoundingClientRect());
    if (at.left < from.left || at.right > from.right) row.scrollLeft += at.left - from.left - 40;
  }
}
