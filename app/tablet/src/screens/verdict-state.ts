// The verdict that the whole screen shows, and with what it may go on.
import { signal } from "@preact/signals";
import type { Act } from "../core/queue/link.ts";
import type { Judged } from "../core/work/judge.ts";
import type { Settled } from "../device/database.ts";
import { answerTo, onAnswer, toldWrong } from "../device/queue.ts";
import { signalAccepted, signalWrong, stopWrong } from "../device/signals.ts";
import type { Refused, Taken } from "./shapes.ts";

export type Shown =
  | { readonly kind: "accepted"; readonly step: string; readonly answer: Taken }
  /** Kept on the device and judged by its work list alone, which never says more than that nothing is known against it. */
  | { readonly kind: "kept"; readonly step: string; readonly judged: "read" | "accepted" }
  | {
      readonly kind: "wrong";
      readonly refused: Refused;
      readonly override: (() => void) | null;
      /** Whether the service has it on record; of this device's own STOP, whether the act is on the disk. */
      readonly recorded: boolean;
    };

export const shown = signal<Shown | null>(null);

/** What the service said while a person had yet to acknowledge this device's own WRONG. */
let after: (() => void) | null = null;
let forget: (() => void) | null = null;

/** What is said where the list could not be asked: nothing for the act and nothing against it. */
const UNJUDGED: Judged = { kind: "read", bag: null };

/**
 * Show what this device says of an act that is not sent yet; the service's own answer takes its place when it comes. STOP
 * waits for nothing; that the act is kept is said once it is. Throws what `kept` throws, with a STOP left as it stands.
 */
export async function showHere(
  { step, scan_id: act }: Pick<Act, "step" | "scan_id">,
  judging: Promise<Judged>,
  kept: Promise<unknown>,
  override: (refused: Refused) => void,
): Promise<void> {
  kept.catch(() => undefined);
  const judged = await judging.catch(() => UNJUDGED);
  if (judged.kind === "wrong") {
    wrong({ title: "", detail: "", code: judged.code, provisional: true });
    const early = shown.value;
    await kept;
    // Whatever the service would make of it: who was told to stop has not done it (decision 179).
    await toldWrong(act, judged.code).catch(() => undefined);
    // Whoever has acknowledged it already has left it.
    if (shown.value !== early || early?.kind !== "wrong") return;
    shown.value = { ...early, recorded: true };
  } else {
    await kept;
    shown.value = { kind: "kept", step, judged: judged.kind };
  }
  const here = shown.value;
  forget?.();
  const hear = (settled: Settled | undefined): void => {
    if (settled?.scan_id !== act) return;
    stop();
    const told = (): void => show(step, settled, () => override(settled.body as unknown as Refused));
    // A screen that locks is left by its button only.
    if (shown.value !== here) return;
    if (judged.kind === "wrong") after = told;
    else told();
  };
  const stop = onAnswer(hear);
  forget = stop;
  // It may have come while this device was judging.
  void answerTo(act).then(hear, () => undefined);
}

/** The act is not on the disk: STOP, louder than what this device said of it. */
export function notKept(detail: string, title: string, also: (code: string) => string): void {
  const said = shown.value?.kind === "wrong" && shown.value.refused.provisional ? shown.value.refused.code : null;
  const others = said === null ? [] : [{ code: said, rung: "never", detail: also(said) }];
  wrong({ title, detail, code: "storage-full", others });
}

/** Show what the service said of an act; `override` leads to where a reason is given. */
export function show(step: string, outcome: Settled, override: () => void): void {
  if (outcome.status === 201) {
    shown.value = { kind: "accepted", step, answer: outcome.body as unknown as Taken };
    signalAccepted();
  } else {
    const refused = outcome.body as unknown as Refused;
    const passable = refused.rung === "senior" || refused.rung === "acknowledge";
    wrong(refused, passable ? override : null, outcome.status === 409);
  }
}

export function wrong(refused: Refused, override: (() => void) | null = null, recorded = false): void {
  shown.value = { kind: "wrong", refused, override, recorded };
  signalWrong();
}

export function dismiss(): void {
  stopWrong();
  shown.value = null;
  const told = after;
  after = null;
  told?.();
}

/** Every rule that a refusal names, the gravest first. */
export function rulesOf(refused: Refused): readonly string[] {
  return [refused.code, ...(refused.others ?? []).map(({ code }) => code)];
}
