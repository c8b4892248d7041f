// The line to the server: sends what waits, asks for the list, and waits longer each time nobody answers.
const MOST = 500;
const PATIENCE = 20_000;

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

export class Unreached extends Error {}
export class Turned extends Error {
  constructor(status, problem) {
    super(problem.detail ?? String(status));
    this.status = status;
    this.code = problem.code;
  }
}

// How far the server's clock is ahead of this one's, in ms; its Date header knows whole seconds only.
let offset = 0;
export const setOffset = (ms) => (offset = ms);
export const now = () => Date.now() + offset;
function measure(answer, sent) {
  const told = Date.parse(answer.headers.get("Date") ?? "");
  if (!told || Date.now() - sent > 5_000) return;
  const apart = told + 500 - (sent + Date.now()) / 2;
  offset = Math.abs(apart) > 1_500 ? Math.round(apart) : 0;
}
export const getOffset = () => offset;

async function ask(address, options = {}) {
  const sent = Date.now();
  let answer;
  try {
    answer = await fetch(address, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE), ...options });
  } catch (problem) {
    throw new Unreached(String(problem));
  }
  measure(answer, sent);
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) throw new Unreached(String(answer.status));
  if (!answer.ok && answer.status !== 304) throw new Turned(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

const post = async (address, body) => {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
  return (await ask(address, { method: "POST", headers, body: JSON.stringify(body) })).json();
};

// The list, or null while nothing changed.
export async function askList(address, etag) {
  const answer = await ask(address, { headers: etag ? { "If-None-Match": etag } : {} });
  return answer.status === 304 ? null : { list: await answer.json(), etag: answer.headers.get("ETag") };
}

const asSent = (scan) => ({
  ticket: scan.ticket,
  event: scan.event,
  session: scan.session,
  direction: scan.direction,
  scanned_at: scan.at,
  nonce: scan.nonce,
  gate: scan.gate,
  device: scan.device,
});

// Sends scans in their order, at most 500 at a time. `heard(scan, answer)` for each that was taken, `refused(scan,
// sentence)` for one the server turned down by itself: one bad scan never holds up the others.
export async function send(about, scans, heard, refused) {
  const tickets = scans.filter((scan) => !scan.walkIn);
  for (let start = 0; start < tickets.length; start += MOST)
    await sendBatch(about, tickets.slice(start, start + MOST), heard, refused);
  for (const scan of scans.filter((one) => one.walkIn)) {
    const { session, scanned_at, nonce, gate, device } = asSent(scan);
    try {
      await heard([[scan, await post(about.walkIns, { ...scan.walkIn, session, scanned_at, nonce, gate, device })]]);
    } catch (problem) {
      if (!isTheirs(problem) && problem.code !== "forbidden") throw problem;
      await refused(scan, problem.message);
    }
  }
}

const isTheirs = (problem) => problem instanceof Turned && ![401, 403].includes(problem.status);

async function sendBatch(about, batch, heard, refused) {
  try {
    const answer = await post(about.checkIns, batch.map(asSent));
    const told = new Map(answer.items.map((item) => [item.nonce, item]));
    await heard(batch.filter((scan) => told.has(scan.nonce)).map((scan) => [scan, told.get(scan.nonce)]));
  } catch (problem) {
    if (!isTheirs(problem)) throw problem;
    if (batch.length === 1) return refused(batch[0], problem.message);
    const half = Math.ceil(batch.length / 2);
    await sendBatch(about, batch.slice(0, half), heard, refused);
    await sendBatch(about, batch.slice(half), heard, refused);
  }
}
