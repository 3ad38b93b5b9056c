/* Keeps the verifier page for use without a network. A new edition has another name, and so replaces the old whole. */

const EDITION = "givre-verify-@EDITION@";
const FILES = ["/verify", "/verify/style.css", "/verify/verifier.js", "/verify/sentences.js", "/verify/page.js", "/verify/givre-verify.html"];

self.addEventListener("install", (event) => {
  const kept = FILES.map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(EDITION).then((cache) => cache.addAll(kept)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("givre-verify-") && name !== EDITION;
  const swept = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(swept.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || !FILES.includes(pathname)) return;
  const kept = caches.open(EDITION).then((cache) => cache.match(pathname));
  event.respondWith(kept.then((found) => found ?? fetch(event.request)));
});
