// The service worker as the page sees it: registered once, and a new edition takes over when a person says so.
import { signal } from "@preact/signals";

/** Whether a newer edition lies on the device and waits. What waits to be sent is untouched by an update. */
export const updateReady = signal(false);

let waiting: ServiceWorker | null = null;
let asked = false;

const AN_HOUR = 3_600_000;

/** Register it; on a page that may not have one (plain http elsewhere than localhost) nothing happens. */
export async function register(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener("controllerchange", () => {
    // The first worker ever takes the page too: only an update that was asked for loads it anew.
    if (asked) location.reload();
  });
  const found = await serviceWorker.register("/app/sw.js", { scope: "/", updateViaCache: "none" });
  if (found.waiting && serviceWorker.controller) offer(found.waiting);
  found.addEventListener("updatefound", () => {
    const { installing } = found;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed" && serviceWorker.controller) offer(installing);
    });
  });
  setInterval(() => void found.update().catch(() => undefined), AN_HOUR);
}

export function update(): void {
  asked = true;
  waiting?.postMessage("take-over");
}

function offer(worker: ServiceWorker): void {
  waiting = worker;
  updateReady.value = true;
}
