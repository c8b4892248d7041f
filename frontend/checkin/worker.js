// Keeps the app of one event's door (its shell and parts, never a page with anything personal in it) for when the line
// is down. The few lines that load this say which build it is and what to keep.
const { BUILD, KEPT } = self;
const PATIENCE = 4_000;
const mine = `door:${new URL(self.registration.scope).pathname}:`;
const here = mine + BUILD;
const LOOSE = { ignoreVary: true };
const [SHELL] = KEPT;

self.addEventListener("install", (event) => {
  const keep = async () => (await caches.open(here)).addAll(KEPT.map((part) => new Request(part, { cache: "reload" })));
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name.startsWith(mine) && name !== here) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

// "fresh": the event's title or the language may have changed. "forget": leave nothing behind.
self.addEventListener("message", (event) => {
  const fresh = async () => {
    const answer = await fetch(SHELL, { cache: "reload" });
    if (answer.ok && !answer.redirected) await (await caches.open(here)).put(SHELL, answer);
  };
  const forget = async () => {
    for (const name of await caches.keys()) if (name.startsWith(mine)) await caches.delete(name);
    await self.registration.unregister();
    event.ports[0]?.postMessage("forgotten");
  };
  event.waitUntil((event.data === "forget" ? forget() : fresh()).catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (KEPT.includes(address.pathname) && address.pathname !== SHELL) event.respondWith(part(request));
});

async function page(request) {
  const shell = async () => (await caches.open(here)).match(SHELL, LOOSE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    return answer.status < 500 ? answer : ((await shell()) ?? answer);
  } catch (problem) {
    const kept = await shell();
    if (kept) return kept;
    throw problem;
  }
}

async function part(request) {
  return (await (await caches.open(here)).match(request, LOOSE)) ?? fetch(request);
}
