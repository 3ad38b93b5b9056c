// The verdict that the whole screen shows, and with what it may go on.
import { signal } from "@preact/signals";
import type { Outcome } from "../device/record.ts";
import { signalAccepted, signalWrong, stopWrong } from "../device/signals.ts";
import type { Refused, Taken } from "./shapes.ts";

export type Shown =
  | { readonly kind: "accepted"; readonly step: string; readonly answer: Taken }
  /** Kept on the device and not judged yet. */
  | { readonly kind: "kept"; readonly step: string }
  | { readonly kind: "wrong"; readonly refused: Refused; readonly override: (() => void) | null; readonly recorded: boolean };

export const shown = signal<Shown | null>(null);

/** Show what an act came to; `override` leads to where a reason is given. */
export function show(step: string, outcome: Outcome, override: () => void): void {
  if (outcome === null) {
    shown.value = { kind: "kept", step };
  } else if (outcome.status === 201) {
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
}

/** Every rule that a refusal names, the gravest first. */
export function rulesOf(refused: Refused): readonly string[] {
  return [refused.code, ...(refused.others ?? []).map(({ code }) => code)];
}
