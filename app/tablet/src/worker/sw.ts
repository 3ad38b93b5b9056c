// The app without a network: what belongs to one edition is kept together, and an older edition goes when the new one rules.
// Scans wait in IndexedDB, which no edition of this worker touches.

declare const self: ServiceWorkerGlobalScope;
declare const __PRECACHE__: { readonly edition: string; readonly files: readonly string[] };

const { edition, files } = __PRECACHE__;
const PREFIX = "givre-app-";
const CACHE = `${PREFIX}${edition}`;
const KEPT = new Set(files);

self.addEventListener("install", (event) => {
  // Past the HTTP cache, all or nothing: half an edition would be worse than the old one.
  const fetched = files.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fetched)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(PREFIX) && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// The page says when: never in the middle of a scan.
self.addEventListener("message", (event) => {
  if (event.data === "take-over") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin || !KEPT.has(pathname)) return;
  event.respondWith(
    caches.open(CACHE).then(async (cache) => (await cache.match(pathname, { ignoreVary: true })) ?? fetch(request)),
  );
});

export {};
