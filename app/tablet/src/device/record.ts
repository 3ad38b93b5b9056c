// From an act to its verdict: kept on the disk first, then sent, then judged; or kept and judged later.
import type { Act } from "../core/queue/link.ts";
import type { Settled } from "./database.ts";
import { keep, onAnswer } from "./queue.ts";
import { reach } from "./reach.ts";
import { session } from "./session.ts";
import { call } from "./service.ts";

/** What the service said of an act; null while it waits on the device. */
export type Outcome = Settled | null;

/** Milliseconds in which an answer is waited for; with a service that did not answer before, less. */
const PATIENCE = 12_000;
const PATIENCE_OFFLINE = 2_500;

/** Keep an act and wait for what the service says of it. Throws `StorageFull` when it is not kept. */
export async function record(act: Act): Promise<Outcome> {
  const person = session.value?.login ?? "";
  let answered: (settled: Outcome) => void = () => undefined;
  const answer = new Promise<Outcome>((resolve) => {
    answered = resolve;
  });
  const stop = onAnswer((settled) => {
    if (settled.scan_id === act.scan_id) answered(settled);
  });
  try {
    await keep(act, person, true);
    const limit = setTimeout(() => answered(null), reach.value === "offline" ? PATIENCE_OFFLINE : PATIENCE);
    const told = await answer;
    clearTimeout(limit);
    return told;
  } finally {
    stop();
  }
}

/** A second person signs exactly this act with their PIN; returns the one-time token. Throws `Problem` or `Unreachable`. */
export async function signed(act: Act, login: string, pin: string): Promise<string> {
  const { witness: _none, ...bare } = act;
  const told = await call<{ readonly witness_token: string }>("/api/v1/auth/witness", { login, pin, scan: bare });
  return told.witness_token;
}
