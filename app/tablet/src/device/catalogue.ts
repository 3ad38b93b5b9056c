// The step catalogue and the names of sites: kept on the device, renewed whenever the service answers.
import { signal } from "@preact/signals";
import type { Text } from "../i18n/words.ts";
import { database } from "./database.ts";
import { call } from "./service.ts";

export interface FieldSpec {
  readonly name: string;
  readonly kind: "text" | "integer" | "boolean" | "instant" | "date" | "choice" | "texts" | "digests" | "objects";
  readonly required: boolean;
  readonly unit: string | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly choices: readonly string[];
  readonly labels: Text;
  readonly fields: readonly FieldSpec[];
}

export interface SlotSpec {
  readonly role: string;
  readonly subject: string;
  readonly required: boolean;
  readonly labels: Text;
}

export interface StepSpec {
  readonly tag: string;
  readonly labels: Text;
  readonly hint: Text;
  readonly subject: string;
  readonly roles: readonly string[];
  readonly moves: readonly { readonly kind: string; readonly from: string; readonly to: string }[];
  readonly scans: readonly SlotSpec[];
  readonly fields: readonly FieldSpec[];
  readonly witness: { readonly roles: readonly string[]; readonly receiver: boolean; readonly meaning: Text } | null;
  readonly offline: boolean;
  readonly physical: boolean;
}

export interface Site {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly organisation_kind?: string;
}

export const steps = signal<readonly StepSpec[]>([]);
export const sites = signal<readonly Site[]>([]);

interface List<T> {
  readonly items: readonly T[];
}

/** Load both: what is kept at once, then what the service says. Never throws: without either the screens say so. */
export async function loadCatalogue(): Promise<void> {
  await Promise.all([
    load("catalogue", "/api/v1/steps", (items: readonly StepSpec[]) => (steps.value = items)),
    load("sites", "/api/v1/sites?limit=200", (items: readonly Site[]) => (sites.value = items)),
  ]);
}

export function stepOf(tag: string): StepSpec | undefined {
  return steps.value.find((step) => step.tag === tag);
}

export function siteName(id: string): string {
  return sites.value.find((site) => site.id === id)?.name ?? "–";
}

async function load<T>(name: string, path: string, show: (items: readonly T[]) => void): Promise<void> {
  try {
    const kept = (await (await database()).get("kept", name)) as readonly T[] | undefined;
    if (kept) show(kept);
    const { items } = await call<List<T>>(path);
    show(items);
    await (await database()).put("kept", items, name);
  } catch {
    // What is shown stays; `reach` says that the service does not answer.
  }
}
