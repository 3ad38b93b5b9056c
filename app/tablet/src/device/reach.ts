// Whether the service answers, by what the last request met: `navigator.onLine` says true with a dead server.
import { signal } from "@preact/signals";

export type Reach = "unknown" | "online" | "offline";

export const reach = signal<Reach>("unknown");

/** A request that got an answer, whatever it was, or that got none. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** `fetch` with a limit in milliseconds; throws `Unreachable` when no answer came, and notes which it was. */
export async function ask(path: string, init: RequestInit = {}, limit = 15_000): Promise<Response> {
  try {
    const answer = await fetch(path, { cache: "no-store", ...init, signal: AbortSignal.timeout(limit) });
    reach.value = answer.status === 502 || answer.status === 504 ? "offline" : "online";
    return answer;
  } catch (cause) {
    reach.value = "offline";
    throw new Unreachable(path, { cause });
  }
}

/** Look whether the service is there; never throws. */
export async function look(): Promise<void> {
  try {
    await ask("/healthz", {}, 5_000);
  } catch {
    // `ask` has noted it.
  }
}
