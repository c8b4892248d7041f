// The manager's calendar: dragging and pulling ask the same deed as every other door; a refusal puts things back and
// says why. Enter on a booking opens the form that does the same.
import { createCalendar, Interaction, ResourceTimeGrid, ResourceTimeline } from "@event-calendar/core";

const place = document.getElementById("calendar");
const about = JSON.parse(document.getElementById("calendar-about").textContent);
const { words } = about;
const said = document.getElementById("calendar-said");
const refused = document.getElementById("calendar-refused");
const hour = new Intl.DateTimeFormat(about.locale === "en" ? "en-GB" : about.locale, {
  weekday: "long",
  day: "numeric",
  month: "long",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: about.offset,
});

function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

function complain(sentence) {
  const alert = document.getElementById("calendar-alert").content.cloneNode(true);
  alert.querySelector("[data-sentence]").textContent = sentence;
  said.textContent = "";
  refused.replaceChildren(alert);
}

let moving = false;

async function move(info) {
  const { event } = info;
  moving = true;
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(event.extendedProps.api, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({
        space: Number(event.resourceIds[0]),
        start: event.start.toISOString(),
        end: event.end.toISOString(),
      }),
      signal: AbortSignal.timeout(20_000),
    });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      info.revert();
      complain(problem.detail || words.offline);
      return;
    }
    refused.replaceChildren();
    said.textContent = words.moved.replace("%(name)s", event.title).replace("%(when)s", hour.format(event.start));
  } catch {
    info.revert();
    complain(words.offline);
  } finally {
    moving = false;
    place.removeAttribute("aria-busy");
    calendar.refetchEvents();
  }
}

function picture(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${about.icons}#${name}`);
  svg.append(use);
  return svg;
}

// A day fills the width there is; a narrow screen scrolls inside the calendar.
function slotWidth() {
  const hours = (text) => Number(text.split(":")[0]);
  const names = place.clientWidth > 700 ? 190 : 110;
  return Math.max(34, Math.floor((place.clientWidth - names) / ((hours(about.last) - hours(about.first)) * 2)));
}

// A booking is a link to its form: Tab reaches it, Enter opens it. After a drag the finger's lifting is no tap.
let dragged = false;
const grasp = () => (dragged = true);
const letGo = () => setTimeout(() => (dragged = false), 50);

function content({ event, timeText }) {
  if (event.display === "background") return { domNodes: [] };
  const { words: state, what, people, address, icon } = event.extendedProps;
  const node = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  const name = node("b", ` ${event.title}`);
  if (icon) name.prepend(picture(icon));
  const box = document.createElement(address ? "a" : "div");
  const row = about.rows.find((one) => String(one.id) === event.resourceIds[0]);
  const count = people ? words.people.replace("%(n)s", people) : "";
  const heard = (text) => Object.assign(node("span", text), { className: "sr" });
  const told = node("small", [state, what].filter(Boolean).join(" · "));
  box.append(heard(`${timeText}, ${row?.title ?? ""}, `), name, " ", told, heard(count && ` · ${count}`));
  box.title = [timeText, row?.title, event.title, state, what, count].filter(Boolean).join(", ");
  if (address) {
    box.href = `${address}?back=calendar`;
    box.draggable = false;
    box.addEventListener("click", (click) => dragged && click.preventDefault());
  }
  return { domNodes: [box] };
}

// The library calls itself a table without the rows and cells of one: each booking says where and when it is by itself.
// What scrolls is reached by the keyboard too, on a day without bookings as well.
const TABLE = ["role", "aria-colindex", "aria-colspan", "aria-rowindex", "aria-rowspan", "aria-colcount", "aria-rowcount"];
function settle() {
  for (const name of TABLE)
    for (const part of place.querySelectorAll(`[${name}]`)) if (!part.closest(".ec-toolbar")) part.removeAttribute(name);
  const main = place.querySelector(".ec-main");
  if (!main) return;
  main.tabIndex = 0;
  main.setAttribute("role", "region");
  main.setAttribute("aria-label", place.querySelector(".ec-title")?.textContent ?? "");
}

const bare = { prev: words.prev, next: words.next, today: words.today };
const calendar = createCalendar(place, [ResourceTimeline, ResourceTimeGrid, Interaction], {
  view: "resourceTimelineDay",
  date: about.date,
  timeZone: about.offset,
  locale: about.locale === "en" ? "en-GB" : about.locale,
  firstDay: 1,
  resources: about.rows,
  slotMinTime: about.first,
  slotMaxTime: about.last,
  slotDuration: "00:30",
  snapDuration: "00:15",
  slotWidth: slotWidth(),
  slotHeight: 28,
  columnWidth: "7rem",
  allDaySlot: false,
  nowIndicator: true,
  displayEventEnd: true,
  editable: false,
  eventResizableFromStart: false,
  filterEventsWithResources: true,
  lazyFetching: false,
  headerToolbar: { start: "today prev,next title", end: "resourceTimelineDay,resourceTimelineWeek,resourceTimeGridDay" },
  buttonText: (text) => ({
    ...text,
    ...bare,
    resourceTimelineDay: words.day,
    resourceTimelineWeek: words.week,
    resourceTimeGridDay: words.columns,
  }),
  titleFormat: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  eventTimeFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  views: {
    resourceTimelineWeek: { slotDuration: "02:00", slotWidth: 56, titleFormat: { month: "long", year: "numeric", day: "numeric" } },
  },
  eventSources: [{ url: place.dataset.events }],
  eventContent: content,
  eventDidMount({ event, el }) {
    if (event.extendedProps.api) el.dataset.booking = event.id;
  },
  viewDidMount: settle,
  eventAllUpdated: settle,
  eventDragStart: grasp,
  eventDragStop: letGo,
  eventResizeStart: grasp,
  eventResizeStop: letGo,
  eventDrop: move,
  eventResize: move,
});

setInterval(() => {
  if (!document.hidden && !moving && !place.querySelector(".ec-dragging, .ec-preview, .ec-ghost")) calendar.refetchEvents();
}, 30_000);
