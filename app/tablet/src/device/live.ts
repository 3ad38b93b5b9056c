// Hears what happens as the service publishes it, and knows when it hears nothing any more.
import type { ReadonlySignal } from "@preact/signals";
import { signal } from "@preact/signals";
import { eventsIn } from "../core/live/events.ts";
import { pause } from "../core/queue/fate.ts";
import { Unreachable } from "./reach.ts";
import { call } from "./service.ts";

/** `live`: the line is open and its pulse is heard. `lost`: what is shown may be old. */
export type Liveness = "connecting" | "live" | "lost";

export interface Following {
  readonly liveness: ReadonlySignal<Liveness>;
  readonly stop: () => void;
}

/** Milliseconds: the service's pulse comes every 15 seconds, so two of them missed are a dead line. */
const SILENCE = 35_000;
/** Milliseconds until a stream that the service ended in good order, as each does with its token, is opened anew. */
const AGAIN = 250;

/** Follow the service's stream until stopped; `hear` is told the kind of each event, `ready` and `reset` included. */
export function follow(hear: (kind: string) => void): Following {
  const liveness = signal<Liveness>("connecting");
  const over = new AbortController();
  let last = "";
  const listen = async (): Promise<void> => {
    // A browser's EventSource hears no pulse, so a dead line looks alive to it; and it opens an old ticket again.
    const { ticket } = await call<{ readonly ticket: string }>("/api/v1/stream/ticket", {});
    const line = new AbortController();
    const hangUp = (): void => line.abort();
    over.signal.addEventListener("abort", hangUp);
    let watch = setTimeout(hangUp, SILENCE);
    try {
      const after = last ? `&last_event_id=${encodeURIComponent(last)}` : "";
      const path = `/api/v1/stream?ticket=${encodeURIComponent(ticket)}${after}`;
      const answer = await fetch(path, { cache: "no-store", signal: line.signal });
      if (!answer.ok || !answer.body || !answer.headers.get("content-type")?.startsWith("text/event-stream")) throw new Unreachable(path);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(watch);
        watch = setTimeout(hangUp, SILENCE);
        liveness.value = "live";
        const { events, rest } = eventsIn(text + value);
        text = rest;
        for (const { name, id } of events) {
          if (id) last = id;
          hear(name);
        }
      }
    } finally {
      clearTimeout(watch);
      over.signal.removeEventListener("abort", hangUp);
    }
  };
  void (async () => {
    let failures = 0;
    while (!over.signal.aborted) {
      const ended = await listen().then(
        () => true,
        () => false,
      );
      failures = ended ? 0 : failures + 1;
      if (!ended && !over.signal.aborted) liveness.value = "lost";
      await sleep(ended ? AGAIN : pause(failures, Math.random()), over.signal);
    }
  })();
  return { liveness, stop: () => over.abort() };
}

/** Wait, and no longer once the device has a network again. */
function sleep(milliseconds: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      removeEventListener("online", done);
      over.removeEventListener("abort", done);
      resolve();
    }
    addEventListener("online", done);
    over.addEventListener("abort", done);
  });
}
