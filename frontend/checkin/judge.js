// The rules of the door, the same as the server's (events/actions/attendance.py, `_judge`): a test runs both over the
// same table. Pure: no page, no clock, no storage.
const ENDED = ["cancelled", "refused", "expired"];
export const EFFECTIVE = ["in", "out"];
const SIGNATURE = /^[\w-]{86}$/; // 64 bytes in base64url

const bytes = (base64) => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
const base64 = (raw) => btoa(String.fromCharCode(...raw));

export function importKeys(keys) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  return Promise.all(keys.map((key) => crypto.subtle.importKey("spki", bytes(key), algorithm, false, ["verify"])));
}

// What a ticket says, if the house signed it: {reference, event}; else null.
export async function readTicket(text, keys) {
  const parts = text.trim().split(".");
  if (parts.length !== 4 || parts[0] !== "HS1" || !SIGNATURE.test(parts[3])) return null;
  const plain = parts[3].replaceAll("-", "+").replaceAll("_", "/");
  const signature = bytes(`${plain}==`);
  if (base64(signature) !== `${plain}==`) return null; // one spelling only
  const said = new TextEncoder().encode(parts.slice(0, 3).join("."));
  for (const key of keys)
    if (await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, said))
      return { reference: long("RG", parts[1]), event: long("EV", parts[2]) };
  return null;
}

const long = (prefix, signs) => `${prefix}-${signs.slice(0, 4)}-${signs.slice(4)}`;

// A reference as stored, from what somebody typed.
export function tidy(typed) {
  const upper = typed.toUpperCase();
  const signs = [...upper].filter((sign) => /[\p{L}\p{N}]/u.test(sign));
  if (signs.length !== 10) return upper.trim();
  const text = signs.join("");
  return `${text.slice(0, 2)}-${text.slice(2, 6)}-${text.slice(6)}`;
}

// The list as the server gave it, ready to be asked.
export function bookOf(list) {
  const rows = new Map();
  for (const [reference, name, people, state, mode, inside] of list.registrations)
    rows.set(reference, {
      reference,
      name,
      people,
      state,
      mode,
      inside: new Map(Object.entries(inside).map(([place, [at, gate, device]]) => [place, { at, gate, device }])),
    });
  const [, sign, hours, minutes] = list.start.match(/([+-])(\d\d):(\d\d)$/) ?? [null, "+", 0, 0];
  return { event: list.reference, rows, offset: `${sign}1` * (hours * 60 + Number(minutes)) * 60_000 };
}

// The day of the event a moment belongs to: until four in the morning, at the hub, it is still the evening before.
const DAY = 86_400_000;
const dayOf = (book, at) => Math.floor((Date.parse(at) + book.offset - DAY / 6) / DAY);

export const placeOf = (session) => String(session ?? 0);

// Who is meant: {reference, signed} from a ticket, or from what was typed.
export async function meant(text, keys) {
  const ticket = await readTicket(text, keys);
  return ticket ? { reference: ticket.reference, event: ticket.event } : { reference: tidy(text), event: null };
}

export function judge(book, { reference, event }, direction, session, at) {
  const row = book.rows.get(reference);
  if (!row && !event) return { outcome: "unknown" };
  if (!row && event !== book.event) return { outcome: "wrong_event" };
  if (row && ENDED.includes(row.state)) return { outcome: "cancelled", row };
  if (row && row.state !== "confirmed") return { outcome: "not_confirmed", row };
  // Signed for this event but not in the list: confirmed after the list was taken along.
  const known = row ?? { reference, name: "", people: 1, state: "confirmed", mode: "", inside: new Map(), isNew: true };
  const inside = known.inside.get(placeOf(session));
  if (direction === "in") {
    const still = inside && dayOf(book, inside.at) === dayOf(book, at);
    return still ? { outcome: "already_in", row: known, before: inside } : { outcome: "in", row: known };
  }
  return { outcome: inside && Date.parse(inside.at) <= Date.parse(at) ? "out" : "not_in", row: known };
}

// Take a scan that counts into account: {reference, outcome, session, at, gate, device}.
export function enter(book, scan) {
  if (!EFFECTIVE.includes(scan.outcome) || !scan.reference) return;
  let row = book.rows.get(scan.reference);
  if (!row) {
    row = { reference: scan.reference, name: "", people: 1, state: "confirmed", mode: "", inside: new Map(), isNew: true };
    book.rows.set(scan.reference, row);
  }
  const place = placeOf(scan.session);
  if (scan.outcome === "in") row.inside.set(place, { at: scan.at, gate: scan.gate, device: scan.device });
  else row.inside.delete(place);
}

export function insideNow(book) {
  const days = new Map();
  for (const row of book.rows.values())
    if (row.inside.size) days.set(row, Math.max(...[...row.inside.values()].map(({ at }) => dayOf(book, at))));
  const latest = Math.max(...days.values());
  let people = 0;
  for (const [row, day] of days) if (day === latest) people += row.people;
  return people;
}

// The first few whose name or reference holds every word.
export function find(book, words, most = 12) {
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  if (!wanted.length) return [];
  const found = [];
  for (const row of book.rows.values()) {
    if (ENDED.includes(row.state)) continue;
    const text = fold(`${row.name} ${row.reference} ${row.reference.replaceAll("-", "")}`);
    if (wanted.every((word) => text.includes(word)) && found.push(row) >= most) break;
  }
  return found;
}
