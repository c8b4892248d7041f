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

export function questions() {
  const forms = () => new Set([...document.querySelectorAll("[data-shown-if]")].map((one) => one.form));
  const all = () => forms().forEach(ask);
  document.addEventListener("change", ({ target }) => target.form?.querySelector("[data-shown-if]") && ask(target.form));
  document.addEventListener("htmx:afterSettle", all);
  window.addEventListener("pageshow", all);
  all();
}
