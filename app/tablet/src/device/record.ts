// From an act to its verdict: kept on the disk first, then sent, then judged; or kept and judged later.
import type { Act } from "../core/queue/link.ts";
import type { Settled } from "./database.ts";
import { keep, onAnswer } from "./queue.ts";
import { reach } from "./reach.ts";
import { session } from "./session.ts";
import { call } from "./service.ts";

/** What the service said of an act; null while it waits on the device. */
export type Outcome = Settled | null;

/** Milliseconds in which an answer is waited for. */
const PATIENCE = 12_000;

/**
 * Keep an act and wait for what the service says of it; where it did not answer before, nobody waits (what it says later is
 * told by `onAnswer`). `door` is where it goes, when that is not `/scans`. Throws `StorageFull` when it is not kept.
 */
export async function record(act: Act, door?: string): Promise<Outcome> {
  let answered: (settled: Outcome) => void = () => undefined;
  const answer = new Promise<Outcome>((resolve) => {
    answered = resolve;
  });
  const stop = onAnswer((settled) => {
    if (settled.scan_id === act.scan_id) answered(settled);
  });
  try {
    await kept(act, door);
    if (reach.value === "offline") return null;
    const limit = setTimeout(() => answered(null), PATIENCE);
    // The first request that fails says that there is no network.
    const gone = reach.subscribe((now) => now === "offline" && answered(null));
    const told = await answer;
    gone();
    clearTimeout(limit);
    return told;
  } finally {
    stop();
  }
}

/** Keep an act of whoever is signed in, who waits for its verdict; on the disk when it resolves (`judging`: see `keep`). Throws as `record` does. */
export async function kept(act: Act, door?: string, judging = false): Promise<void> {
  await keep(act, session.value?.login ?? "", true, door, judging);
}

/** Who signs beside: by their login, or by the symbol of their badge. */
export type Signer = { readonly login: string } | { readonly badge: string };

/** A second person signs exactly this act with their PIN; returns the one-time token. Throws `Problem` or `Unreachable`. */
export async function signed(act: Act, signer: Signer, pin: string): Promise<string> {
  const told = await call<{ readonly witness_token: string }>("/api/v1/auth/witness", { ...signer, pin, scan: bare(act) });
  return told.witness_token;
}

/** The act as a second person signs it: everything but signatures. */
export function bare({ witness: _witness, deviation, ...act }: Act): Act {
  if (!deviation) return act;
  const { authoriser: _authoriser, ...wish } = deviation;
  return { ...act, deviation: wish };
}
