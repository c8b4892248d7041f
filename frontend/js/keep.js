// Nothing typed is lost: a form with data-keep="name" remembers its texts in this tab until the server took them.
const name = (form) => `keep:${form.dataset.keep}`;
const texts = (form) =>
  [...form.elements].filter(
    (field) => field.name && field.matches("textarea, select, input:not([type=hidden], [type=password], [type=file])"),
  );
const read = (key) => {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
};

export function keeping() {
  const failed = document.body.hasAttribute("data-failed");
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const kept = read(name(form));
    if (!kept || kept.sent || form.querySelector("[aria-invalid=true], .errors")) continue;
    for (const field of texts(form)) {
      if (!(field.name in kept.values)) continue;
      if (field.type === "checkbox") field.checked = kept.values[field.name].includes(field.value);
      else if (field.type === "radio") field.checked = kept.values[field.name][0] === field.value;
      else if (!field.value || field.matches("textarea")) field.value = kept.values[field.name][0];
    }
  }
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith("keep:")) continue;
    const kept = read(key);
    if (kept?.sent)
      failed ? sessionStorage.setItem(key, JSON.stringify({ ...kept, sent: false })) : sessionStorage.removeItem(key);
  }
  const write = (form, sent) => {
    const values = {};
    for (const field of texts(form)) {
      values[field.name] ??= [];
      if (!["checkbox", "radio"].includes(field.type) || field.checked) values[field.name].push(field.value);
    }
    try {
      sessionStorage.setItem(name(form), JSON.stringify({ values, sent }));
    } catch {
      /* private window: nothing kept */
    }
  };
  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (form?.dataset.keep) write(form, false);
  });
  document.addEventListener("submit", ({ target }) => {
    if (target.dataset.keep) write(target, true);
  });
}
