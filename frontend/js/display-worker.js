// Keeps one door display for when the line is down: the network first, what was kept when it does not answer in time.
const KEPT = `door-${new URL(self.registration.scope).pathname}`;
const PATIENCE = 5_000;
const LOOSE = { ignoreVary: true }; // cookies and languages do not change what one tablet shows

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const keep = async () => {
    const kept = await caches.open(KEPT);
    for (const key of await kept.keys()) if (!event.data.includes(key.url)) await kept.delete(key);
    await kept.addAll(event.data);
  };
  event.waitUntil(keep().catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.url.endsWith(".json")) return;
  event.respondWith(request.mode === "navigate" ? page(request) : part(request));
});

async function page(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) await kept.put(request.url, answer.clone());
    if (answer.status < 500) return answer; // a closed address shows that it is closed
    return (await kept.match(request.url, LOOSE)) ?? answer;
  } catch (problem) {
    const found = await kept.match(request.url, LOOSE);
    if (found) return found;
    throw problem;
  }
}

async function part(request) {
  const kept = await caches.open(KEPT);
  return (await kept.match(request.url, LOOSE)) ?? fetch(request);
}
