// Paper entered by keyboard: 1, 2, 3 tick the line one is at and go on; 0 and the arrows move; Enter saves.
const form = document.querySelector("form[data-sheet]");
const lines = [...(form?.querySelectorAll(".sheet-line") ?? [])];
const choice = { 1: "1", 2: "-1", 3: "0", 0: "" };

const go = (place) => {
  const line = lines[place];
  if (!line) {
    if (place >= lines.length) form.querySelector(".actions button")?.focus();
    return;
  }
  (line.querySelector("input:checked") ?? line.querySelector("input")).focus();
  line.scrollIntoView({ block: "nearest" });
};

form?.addEventListener("keydown", (event) => {
  const place = lines.indexOf(event.target.closest(".sheet-line"));
  if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in choice) {
    lines[place].querySelector(`input[value="${choice[event.key]}"]`).checked = true;
    go(place + 1);
  } else if (event.key === "ArrowDown") go(place + 1);
  else if (event.key === "ArrowUp") go(place - 1);
  else return;
  event.preventDefault();
});

const number = form?.querySelector("input[name='sheet']");
if (number?.value && !form.querySelector(".wrong")) go(0);
