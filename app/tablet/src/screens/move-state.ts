// The move that is under way on this tablet: it outlives its screen, so that a touch beside a button loses no scan.
import { signal } from "@preact/signals";
import { call } from "../device/service.ts";
import { say } from "../i18n/index.ts";
import type { MovingKey } from "../i18n/words/moving.ts";
import { MOVING } from "../i18n/words/moving.ts";
import type { Moving, Plan } from "./moving.ts";

export interface Held {
  /** The dewar that it leaves. */
  readonly dewar: string;
  readonly plan: Plan;
  readonly moving: Moving;
}

export const held = signal<Held | null>(null);

export function w(key: MovingKey, values: Readonly<Record<string, string | number>> = {}): string {
  return say(MOVING[key], values);
}

/** What the service asks for a move; it reserves nothing. */
export function planOf(dewar: string, scope: string, to: string): Promise<Plan> {
  return call<Plan>(`/api/v1/dewars/${dewar}/moves/plan?${new URLSearchParams({ scope, to })}`);
}
