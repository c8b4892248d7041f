// The door of an event. It judges by the list it took along and by its own scans, at once and without a line; the
// server hears of every scan when it can, and where its word differs, both are shown.
import { camera } from "./camera.js";
import { bookOf, enter, find, importKeys, insideNow, judge, meant } from "./judge.js";
import { Turned, Unreached, askList, getOffset, now, send, setOffset } from "./line.js";
import { openStore } from "./store.js";

const about = JSON.parse(document.getElementById("about").textContent);
const { words } = about;
const at = (name) => document.querySelector(`[data-${name}]`);
const EVERY = 20_000;
const LONGEST = 60_000;
const STAYS = 2_500; // how long a good answer stays on the screen
const SHOWN = 40;

let store;
let list = null;
let etag = "";
let asked = 0; // when the list was asked for, by this device's clock
let checked = 0; // when the server last said that it is so
let book = null;
let keys = [];
let scans = []; // of this device, oldest first
let reached = navigator.onLine ? "waiting" : "off"; // on, off, out (signed out), gone
let settings = { gate: "", device: "", sound: true };
let order = 0;

const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name] ?? "");
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: about.timezone, hour: "2-digit", minute: "2-digit" });
const hour = (moment) => {
  const face = clock.format(new Date(moment));
  return about.locale === "en" ? face : face.replace(":", ".");
};
const whereAt = ({ at: moment, scanned_at, gate, device }) => {
  const said = filled(words.before, { time: hour(moment ?? scanned_at), gate: gate || device || words.noGate });
  return said.charAt(0).toUpperCase() + said.slice(1);
};

function make(tag, text = "", name = "") {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (name) node.className = name;
  return node;
}
function picture(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${about.icons}#${name}`);
  svg.append(use);
  return svg;
}

// --- what is known

// The list as it was when it was asked for, and on top of it what this device has done since.
async function learn(kept) {
  ({ list, etag, asked, checked } = kept);
  keys = await importKeys(list.keys);
  book = bookOf(list);
  for (const scan of scans) if (scan.state === "waiting" || (scan.heardAt ?? 0) >= asked) enter(book, scan);
}

const isOver = () => list && now() > Date.parse(list.forget_at);
const waiting = () => scans.filter((scan) => scan.state === "waiting");

// --- a scan

let turn = Promise.resolve();
const take = (text) => (turn = turn.then(() => takeNow(text)).catch(fail));

async function takeNow(text) {
  const ticket = [...text].filter((sign) => sign >= " " && !/\p{Cs}/u.test(sign)).slice(0, 400).join("").trim();
  if (!ticket || !book) return;
  const direction = document.querySelector("[name=way]:checked").value;
  const session = Number(at("place")?.value) || null;
  const who = await meant(ticket, keys);
  const verdict = judge(book, who, direction, session, new Date(now()).toISOString());
  const scan = noted({ ticket, direction, session, outcome: verdict.outcome });
  const { row, before } = verdict;
  Object.assign(scan, {
    reference: row?.reference ?? "",
    name: row?.name ?? "",
    people: row?.people ?? 0,
    isNew: Boolean(row?.isNew),
    before,
  });
  await keep(scan);
  enter(book, scan);
  show(scan);
}

function noted(facts) {
  order = Math.max(order + 1, Date.now());
  return {
    nonce: crypto.randomUUID(),
    order,
    event: about.slug,
    at: new Date(now()).toISOString(),
    gate: settings.gate,
    device: settings.device,
    said: facts.outcome,
    state: "waiting",
    ...facts,
  };
}

async function keep(scan) {
  await store.keep(scan);
  scans.push(scan);
  draw();
  sendSoon();
}

async function walkIn(name, contact) {
  const address = contact.includes("@") ? { email: contact } : { whatsapp: contact };
  const session = Number(at("place")?.value) || null;
  const scan = noted({ ticket: "", direction: "in", session, outcome: "walk_in", name, people: 1, walkIn: { name, ...address } });
  await keep(scan);
  show(scan);
}

// --- the big answer

let hiding = 0;
let shownNonce = "";
let audio = null;

function toneOf(scan) {
  if (scan.state === "conflict" || scan.state === "refused") return "no";
  return about.tones[scan.outcome] ?? "out";
}

function show(scan, quiet = false) {
  const place = at("verdict");
  const tone = toneOf(scan);
  const differs = scan.state === "conflict";
  shownNonce = scan.nonce;
  place.dataset.tone = tone;
  place.dataset.outcome = scan.outcome;
  place.querySelector("use").setAttribute("href", `${about.icons}#${differs || scan.state === "refused" ? "triangle-alert" : (about.pictures[scan.outcome] ?? "user-check")}`);
  place.querySelector(".title").textContent = titleOf(scan);
  const people = scan.people > 1 ? ` (${filled(words.people, { n: scan.people })})` : "";
  place.querySelector(".name").textContent = scan.name || scan.isNew ? `${scan.name || words.isNew}${people}` : "";
  place.querySelector(".more-words").textContent = moreOf(scan);
  place.hidden = false;
  clearTimeout(hiding);
  if (tone === "in" || tone === "out") hiding = setTimeout(close, STAYS);
  if (!quiet) feel(tone);
}

const titleOf = (scan) => {
  if (scan.state === "conflict") return conflicting(scan) ? words.conflict : words.differs;
  if (scan.state === "refused") return words.notTaken;
  return scan.outcome === "walk_in" ? words.walkIn : words.outcomes[scan.outcome];
};
const conflicting = (scan) => scan.said === "in" && scan.outcome === "already_in" && scan.before;

function moreOf(scan) {
  if (scan.state === "refused") return filled(words.refused, { why: scan.why });
  if (conflicting(scan)) return filled(words.conflictLine, { first: whereAt(scan.before), time: hour(scan.at) });
  if (scan.state === "conflict")
    return filled(words.otherwise, { said: words.outcomes[scan.said], heard: words.outcomes[scan.outcome] });
  if (scan.outcome === "already_in" && scan.before) return `${words.why.already_in} ${whereAt(scan.before)}`;
  return scan.outcome === "walk_in" ? words.walkInWhy : words.why[scan.outcome];
}

function close() {
  clearTimeout(hiding);
  at("verdict").hidden = true;
  shownNonce = "";
}

function feel(tone) {
  if (!settings.sound) return;
  try {
    navigator.vibrate?.(tone === "in" ? 60 : tone === "out" ? [40, 40, 40] : [220, 80, 220]);
    audio ??= new AudioContext();
    const beeps = { in: [[880, 0]], out: [[660, 0]], warn: [[330, 0], [330, 0.22]], no: [[220, 0], [180, 0.22]] }[tone];
    for (const [pitch, after] of beeps) {
      const sound = new OscillatorNode(audio, { frequency: pitch, type: "square" });
      const volume = new GainNode(audio, { gain: 0.12 });
      sound.connect(volume).connect(audio.destination);
      sound.start(audio.currentTime + after);
      sound.stop(audio.currentTime + after + 0.14);
    }
  } catch {
    /* a phone without sound says it with words and colour */
  }
}

// --- the line

let sending = false;
let timer = 0;
let pause = 1_000;
let wanted = 0;

function sendSoon() {
  clearTimeout(wanted);
  wanted = setTimeout(talk, 150);
}

// Sends, then asks for the list; when nobody answers, tries again later and later.
async function talk() {
  clearTimeout(timer);
  if (sending) return sendSoon();
  sending = true;
  try {
    const unsent = waiting();
    if (unsent.length) await send(about, unsent, heard, refused);
    const began = Date.now();
    const news = await askList(about.list, etag);
    reached = "on";
    pause = 1_000;
    checked = now();
    if (news) await learn({ ...news, asked: began, checked });
    await store.put("list", { list, etag, asked, checked });
    await store.put("offset", getOffset());
    if (isOver() && (await end())) return;
  } catch (problem) {
    await missed(problem);
  }
  sending = false;
  timer = setTimeout(talk, reached === "off" ? pause * (0.75 + Math.random() / 2) : EVERY);
  draw();
}

async function missed(problem) {
  if (problem instanceof Unreached) {
    reached = "off";
    pause = Math.min(pause * 2, LONGEST);
  } else if (problem instanceof Turned && (problem.status === 401 || problem.code === "csrf")) reached = "out";
  else if (problem instanceof Turned && [403, 404].includes(problem.status)) {
    reached = "gone"; // no door of theirs any more: the names leave the device, what was scanned stays to be sent
    list = book = null;
    etag = "";
    await store.drop("list");
  } else fail(problem);
}

// The server's word on scans. Where it differs from what this device said, both stay visible.
async function heard(pairs) {
  let alarm = null;
  for (const [scan, answer] of pairs) {
    const differs = !scan.walkIn && answer.outcome !== scan.said;
    scan.state = differs ? "conflict" : "taken";
    scan.outcome = answer.outcome;
    scan.heardAt = Date.now();
    scan.name = answer.name ?? scan.name;
    scan.people = answer.people ?? scan.people;
    scan.reference = answer.reference ?? scan.reference;
    scan.before = answer.before ?? scan.before;
    if (scan.walkIn) scan.walkIn = { name: scan.name }; // the address is not kept longer than needed
    if (book) enter(book, scan);
    if (differs) alarm = scan;
    else if (scan.nonce === shownNonce) show(scan, true);
  }
  await store.keep(pairs.map(([scan]) => scan));
  if (alarm) show(alarm);
  draw();
}

async function refused(scan, why) {
  Object.assign(scan, { state: "refused", why, heardAt: Date.now() });
  await store.keep(scan);
  show(scan);
  draw();
}

// --- the end

async function end() {
  if (waiting().length) return false;
  await forget();
  warn(words.over);
  return true;
}

async function forget() {
  clearTimeout(timer);
  clearTimeout(wanted);
  eye.stop();
  list = book = null;
  scans = [];
  await store.forget();
  const worker = await navigator.serviceWorker?.getRegistration(about.scope);
  if (worker?.active) {
    const { port1, port2 } = new MessageChannel();
    const done = new Promise((resolve) => ((port1.onmessage = resolve), setTimeout(resolve, 2_000)));
    worker.active.postMessage("forget", [port2]);
    await done;
  }
  for (const part of document.querySelectorAll("[data-app] > :not([data-warn]), [data-open]")) part.hidden = true;
}

function warn(sentence) {
  at("warn").textContent = sentence;
  at("warn").hidden = !sentence;
}

function fail(problem) {
  console.warn(problem);
  warn(String(problem?.message ?? problem));
}

// --- the page

function draw() {
  const unsent = waiting();
  const net = at("net");
  const line = { on: words.online, off: words.offline, out: words.signIn, gone: words.gone, waiting: words.offline }[reached];
  net.textContent = [line, unsent.length ? filled(words.unsent, { n: unsent.length }) : reached === "on" ? words.allSent : ""]
    .filter(Boolean)
    .join(" · ");
  net.dataset.state = reached;
  document.body.dataset.line = reached;
  at("gate").textContent = settings.gate || words.noGate;
  at("inside").textContent = book ? insideNow(book) : "-";
  at("came").textContent = scans.filter((scan) => scan.outcome === "in").length;
  at("unsent").textContent = unsent.length;
  at("asof").textContent = list ? filled(words.listOf, { time: hour(checked) }) : words.noList;
  at("walk").hidden = !list?.may_walk_in;
  at("none").hidden = scans.length > 0;
  at("last").replaceChildren(...scans.slice(-SHOWN).reverse().map(lineOf));
  const conflicts = scans.filter((scan) => ["conflict", "refused"].includes(scan.state) && !scan.seen);
  at("conflicts").hidden = !conflicts.length;
  at("conflicts").querySelector("ul").replaceChildren(...conflicts.reverse().map(conflictOf));
}

const STATES = { waiting: ["waiting", "clock"], taken: ["taken", "check"], conflict: ["differs", "triangle-alert"], refused: ["notTaken", "circle-x"] };

function lineOf(scan) {
  const row = make("li");
  row.dataset.state = scan.state;
  const [state, icon] = STATES[scan.state];
  const text = make("div", "", "grow");
  text.append(make("b", scan.name || scan.reference || (scan.isNew ? words.isNew : "?")));
  text.append(make("p", `${hour(scan.at)} · ${scan.outcome === "walk_in" ? words.walkedIn : words.outcomes[scan.outcome]}`, "small soft"));
  const mark = make("span", "", "small mark");
  mark.append(picture(icon), words[state]);
  row.append(text, mark);
  return row;
}

function conflictOf(scan) {
  const row = make("li");
  const text = make("div", "", "grow");
  text.append(make("b", `${titleOf(scan)}: ${scan.name || scan.reference || scan.ticket.slice(0, 24)}`), make("p", moreOf(scan), "small"));
  const seen = make("button", words.seen, "button quiet small");
  seen.type = "button";
  seen.addEventListener("click", async () => {
    scan.seen = true;
    await store.keep(scan);
    draw();
  });
  row.append(text, seen);
  return row;
}

const hasModes = () => new Set([...book.rows.values()].map((row) => row.mode)).size > 1;

function drawFound() {
  const typed = document.getElementById("code").value.trim();
  const rows = book && typed.length > 1 && !typed.startsWith("HS1.") ? find(book, typed) : [];
  at("found").replaceChildren(
    ...rows.map((row) => {
      const line = make("li");
      const text = make("div", "", "grow");
      const more = [row.people > 1 ? filled(words.people, { n: row.people }) : "", words.states[row.state], hasModes() ? words.modes[row.mode] : ""];
      text.append(make("b", row.name || row.reference), make("p", more.filter(Boolean).join(" · "), "small soft"));
      const button = make("button", words.choose[document.querySelector("[name=way]:checked").value], "button small");
      button.type = "button";
      button.addEventListener("click", () => {
        document.getElementById("code").value = "";
        drawFound();
        take(row.reference);
      });
      line.append(text, button);
      return line;
    }),
  );
  return rows;
}

// A hand-held scanner is a keyboard that types fast and ends with Enter: it works wherever the focus is not in a field.
let typed = "";
let lastKey = 0;
function wedge(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest?.("input:not([type=radio]):not([type=checkbox]), select, textarea, dialog")) return;
  const time = performance.now();
  if (time - lastKey > 500) typed = "";
  lastKey = time;
  if (event.key === "Enter" && typed.length > 5) {
    event.preventDefault();
    take(typed);
    typed = "";
  } else if (event.key.length === 1) {
    if (typed) event.preventDefault();
    typed += event.key;
  }
}

const eye = camera(at("video"), (text) => take(text));
async function turnCamera(on) {
  const label = at("camera").querySelector("span");
  at("video").hidden = at("frame").hidden = !on; // it must be there to be looked through
  try {
    if (on) await eye.start();
    else eye.stop();
    at("light").hidden = !on || !(await eye.hasLight());
  } catch {
    on = false;
    warn(words.noCamera);
  }
  at("video").hidden = at("frame").hidden = !on;
  at("camera").classList.toggle("quiet", on);
  at("camera").dataset.on = on ? "yes" : "";
  label.textContent = on ? words.stop : words.start;
}

function listen() {
  document.addEventListener("keydown", wedge, true);
  at("type").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = document.getElementById("code");
    const rows = drawFound();
    const text = field.value;
    // a name that is typed in full shows its people; a reference or a ticket is taken
    if (rows.length && !rows.some((row) => row.reference.replaceAll("-", "") === text.toUpperCase().replace(/[^A-Z0-9]/g, ""))) return;
    field.value = "";
    drawFound();
    take(text);
  });
  document.getElementById("code").addEventListener("input", drawFound);
  for (const way of document.querySelectorAll("[name=way]")) way.addEventListener("change", drawFound);
  at("verdict").addEventListener("click", close);
  at("camera").addEventListener("click", () => turnCamera(at("camera").dataset.on !== "yes"));
  at("light").addEventListener("click", () => eye.light()?.catch(() => {}));
  at("walk-in").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const [name, contact] = [form.elements.name.value.trim(), form.elements.contact.value.trim()];
    const wrong = !name || !(contact.includes("@") || contact.replace(/\D/g, "").length >= 8);
    at("walk-wrong").textContent = words.nameAndAddress;
    at("walk-wrong").hidden = !wrong;
    if (wrong) return;
    form.reset();
    turn = turn.then(() => walkIn(name.slice(0, 200), contact.slice(0, 254))).catch(fail);
  });
  const dialog = document.getElementById("settings");
  const form = at("settings");
  at("open").addEventListener("click", () => {
    form.elements.gate.value = settings.gate;
    form.elements.device.value = settings.device;
    form.elements.sound.checked = settings.sound;
    at("forget-words").hidden = true;
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    settings = { gate: form.elements.gate.value.trim(), device: form.elements.device.value.trim(), sound: form.elements.sound.checked };
    localStorage.setItem("door", JSON.stringify(settings));
    draw();
  });
  at("forget").addEventListener("click", async () => {
    const unsent = waiting().length;
    const said = at("forget-words");
    if (unsent && said.hidden) {
      said.textContent = filled(words.forgetLoses, { n: unsent });
      said.hidden = false;
      return;
    }
    dialog.close();
    await forget();
    localStorage.removeItem("door");
    warn(words.forgotten);
  });
  addEventListener("online", () => {
    pause = 1_000;
    talk();
  });
  addEventListener("offline", () => {
    reached = "off";
    draw();
  });
  document.addEventListener("visibilitychange", () => !document.hidden && talk());
}

function remembered() {
  try {
    settings = { ...settings, ...JSON.parse(localStorage.getItem("door") ?? "{}") };
  } catch {
    /* written by something else */
  }
  settings.device ||= `${words.device} ${crypto.randomUUID().slice(0, 4)}`;
  localStorage.setItem("door", JSON.stringify(settings));
}

async function begin() {
  if (!globalThis.isSecureContext || !crypto.subtle || !globalThis.indexedDB) {
    const plain = at("plain");
    if (plain) plain.prepend(make("p", words.insecure, "alert wait"));
    return;
  }
  store = await openStore(`door-${about.slug}`);
  remembered();
  scans = await store.scans();
  order = scans.at(-1)?.order ?? 0;
  setOffset((await store.get("offset")) ?? 0);
  const kept = await store.get("list");
  if (kept) await learn(kept);
  at("plain")?.remove();
  at("app").hidden = at("open").hidden = false;
  if (isOver() && !waiting().length) return end();
  listen();
  draw();
  document.body.dataset.ready = "yes";
  await talk();
  if ("serviceWorker" in navigator) {
    const registration = await navigator.serviceWorker.register(about.worker);
    await navigator.serviceWorker.ready;
    if (reached === "on") registration.active?.postMessage("fresh");
    document.body.dataset.kept = "yes";
  }
  navigator.storage?.persist?.().catch(() => {});
}

begin().catch(fail);
