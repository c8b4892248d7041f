// The tablet beside a door. What it says was worked out by the server for a day and a half ahead; this only picks the
// face of the moment, by the server's clock: the tablet's own may be wrong by years.
const body = document.body;
const at = (name) => document.querySelector(`[data-${name}]`);
const EVERY = 30_000; // asks the server
const STALE = 120_000; // says that it may be wrong
const memory = `door:${body.dataset.place}`;

let day = JSON.parse(document.getElementById("day").textContent);
let heard = day.now; // when the server spoke last, by its own clock
let base = { server: day.now, ticks: performance.now() };
let shown = "";

const now = () => base.server + (performance.now() - base.ticks);

// Opened again without a line, the page is an old one: how far the tablet's clock is off was noted while there was one.
function remembered() {
  try {
    const off = Number(localStorage.getItem(memory));
    if (off && Date.now() + off > day.now) base.server = Date.now() + off;
  } catch {
    /* a private window remembers nothing */
  }
}

function learn(data, sent) {
  const travelled = (performance.now() - sent) / 2;
  day = data;
  heard = data.now;
  base = { server: data.now + travelled, ticks: performance.now() };
  try {
    localStorage.setItem(memory, String(Math.round(base.server - Date.now())));
  } catch {
    /* see above */
  }
}

const clocks = new Map();
function clock(moment) {
  const zone = day.timezone;
  if (!clocks.has(zone))
    clocks.set(zone, new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }));
  const face = clocks.get(zone).format(new Date(moment));
  return document.documentElement.lang === "en" ? face : face.replace(":", ".");
}

function draw() {
  const moment = now();
  const face = day.faces.findLast((one) => one.from <= moment) ?? day.faces[0];
  const stale = moment - heard > STALE;
  const words = JSON.stringify([face, clock(moment), clock(heard), stale]);
  if (words === shown) return;
  shown = words;
  body.dataset.state = face.state;
  at("clock").textContent = clock(moment);
  for (const name of ["title", "sub", "who"]) if (at(name).textContent !== face[name]) at(name).textContent = face[name];
  at("next").replaceChildren(
    ...face.next.map((one) => {
      const line = document.createElement("li");
      const time = document.createElement("b");
      time.textContent = one.time;
      line.append(time, ` ${one.who}`);
      return line;
    }),
  );
  at("nothing").hidden = face.next.length > 0;
  at("asof").textContent = `${at("asof").dataset.words} ${clock(heard)}`;
  at("stale").hidden = !stale;
}

async function ask() {
  const sent = performance.now();
  try {
    const answer = await fetch(body.dataset.day, { cache: "no-store", signal: AbortSignal.timeout(10_000) });
    if (answer.status === 404) return location.reload(); // the address was closed
    if (answer.ok) learn(await answer.json(), sent);
  } catch {
    /* the line is down: go on by what is known, and say how old it is */
  }
  draw();
}

// A tablet that slept, or whose clock somebody set: the two clocks went apart, so ask at once.
let last = { wall: Date.now(), ticks: performance.now() };
function beat() {
  const gone = { wall: Date.now() - last.wall, ticks: performance.now() - last.ticks };
  last = { wall: Date.now(), ticks: performance.now() };
  if (Math.abs(gone.wall - gone.ticks) > 5_000) ask();
  draw();
}

async function stayAwake() {
  try {
    if (!document.hidden) await navigator.wakeLock?.request("screen");
  } catch {
    /* the battery is low, or the browser knows no such thing */
  }
}

remembered();
draw();
ask();
setInterval(beat, 1_000);
setInterval(ask, EVERY);
addEventListener("online", ask);
stayAwake();
document.addEventListener("visibilitychange", () => {
  stayAwake();
  if (!document.hidden) ask();
});

// So that the page opens again without a line: its own worker keeps it and what it is drawn with.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker
    .register(body.dataset.worker)
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => {
      const parts = performance.getEntriesByType("resource").map((entry) => entry.name);
      const own = [location.href, ...parts].filter((name) => name.startsWith(location.origin));
      active.postMessage(own.map((name) => name.replace(/#.*/, "")).filter((name) => !name.endsWith(".json")));
    })
    .catch(() => {});
}
