// The app without a network: what belongs to one edition is kept together, and an older edition goes when the new one rules
// and no other tab is left that may still run it: screens are loaded when they are first shown.
// Scans wait in IndexedDB, which no edition of this worker touches.

declare const self: ServiceWorkerGlobalScope;
declare const __PRECACHE__: { readonly edition: string; readonly files: readonly string[] };

const { edition, files } = __PRECACHE__;
const PREFIX = "givre-app-";
const CACHE = `${PREFIX}${edition}`;
const KEPT = new Set(files);
/** Named by their content: a file of any edition that lies here is the one that was asked for. */
const ASSETS = "/app/assets/";

self.addEventListener("install", (event) => {
  // Past the HTTP cache, all or nothing: half an edition would be worse than the old one.
  const fetched = files.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fetched)));
});

self.addEventListener("activate", (event) => event.waitUntil(rule()));

async function rule(): Promise<void> {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  // The tab in which a person updated loads itself anew; another goes on with what it runs, until the next update.
  if (tabs.length <= 1) {
    const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
  }
  await self.clients.claim();
}

// The page says when: never in the middle of a scan.
self.addEventListener("message", (event) => {
  if (event.data === "take-over") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin || !(KEPT.has(pathname) || pathname.startsWith(ASSETS))) return;
  const here = KEPT.has(pathname) ? { cacheName: CACHE, ignoreVary: true } : { ignoreVary: true };
  event.respondWith(caches.match(pathname, here).then((found) => found ?? fetch(request)));
});

export {};
