// data-shown-if="name" data-shown-values="a|b" on an input: its field shows only while the field of that name has one of
// these answers. The server decides again what was asked; without this file every question is shown with its condition.
const answers = (form, name) =>
  [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    .filter((one) => !one.closest(".field")?.hidden && (!one.matches("[type=radio], [type=checkbox]") || one.checked))
    .map((one) => one.value);

function ask(form) {
  for (const input of form.querySelectorAll("[data-shown-if]")) {
    const field = input.closest(".field");
    const wanted = input.dataset.shownValues.split("|");
    if (field) field.hidden = !answers(form, input.dataset.shownIf).some((value) => wanted.includes(value));
  }
}

// data-again="12" on a link: a tablet for many follows it when nobody has touched anything for so many seconds.
function again(link) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => location.replace(link.href), link.dataset.again * 1000);
  };
  for (const type of ["pointerdown", "keydown", "input", "scroll"]) document.addEventListener(type, wait, { passive: true });
  wait();
}

export function questions() {
  document.querySelectorAll("[data-again]").forEach(again);
  const forms = () => new Set([...document.querySelectorAll("[data-shown-if]")].map((one) => one.form));
  const all = () => forms().forEach(ask);
  document.addEventListener("change", ({ target }) => target.form?.querySelector("[data-shown-if]") && ask(target.form));
  document.addEventListener("htmx:afterSettle", all);
  window.addEventListener("pageshow", all);
  all();
}
