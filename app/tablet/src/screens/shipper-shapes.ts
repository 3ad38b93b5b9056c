// A dry shipper and its journey, as the service tells them, and what its screens ask of them.
import { call } from "../device/service.ts";
import { say } from "../i18n/index.ts";
import type { ShipperKey } from "../i18n/words/shipper.ts";
import { SHIPPER } from "../i18n/words/shipper.ts";

export const ORIENTATIONS = ["upright", "tilted", "lying", "inverted", "unknown"] as const;
export const KINDS = ["charge", "orientation", "return", "cleaning", "requalification"] as const;
export type Kind = (typeof KINDS)[number];

export interface Shipper {
  readonly id: string;
  readonly code: string;
  readonly model: string;
  readonly serial: string;
  readonly hold_s: number;
  readonly qualified_until: string | null;
  readonly uses: number;
  readonly uses_since: number;
  readonly state: "ready" | "in_use" | "returned" | "unfit";
  readonly fit: boolean;
  readonly charged_at: string | null;
  readonly charge_g: number | null;
  readonly orientation: (typeof ORIENTATIONS)[number] | null;
  readonly cleaned_at: string | null;
  readonly returned_at: string | null;
}

export interface Journey {
  readonly id: string;
  readonly shipper: string;
  readonly bags: readonly string[];
  readonly received: readonly string[];
  readonly hold: {
    readonly state: "cold" | "half" | "over" | "unknown";
    readonly hold_until: string | null;
    readonly estimated: boolean | null;
  };
}

export interface Life {
  readonly id: string;
  readonly kind: Kind;
  readonly at: string;
  readonly passed: boolean;
  readonly orientation: (typeof ORIENTATIONS)[number] | null;
  readonly charge_g: number | null;
  readonly hold_s: number | null;
  readonly certificate: string | null;
}

interface List<T> {
  readonly items: readonly T[];
}

/** Those who record a shipper's life, and those who register one (the service's own rules). */
export const KEEPERS: ReadonlySet<string> = new Set(["pharmacist", "pharmacy_technician", "quality", "collection_nurse"]);
export const RULERS: ReadonlySet<string> = new Set(["pharmacist", "quality"]);

export interface Fleet {
  readonly shippers: readonly Shipper[];
  /** Code of the shipper → the journey that it is on. */
  readonly journeys: ReadonlyMap<string, Journey>;
}

export async function fleet(): Promise<Fleet> {
  const [{ items }, open, moving] = await Promise.all([
    call<List<Shipper>>("/api/v1/shippers?limit=200"),
    call<List<Journey>>("/api/v1/shipments?state=open&limit=200"),
    call<List<Journey>>("/api/v1/shipments?state=in_transit&limit=200"),
  ]);
  return { shippers: items, journeys: new Map([...open.items, ...moving.items].map((one) => [one.shipper, one])) };
}

export async function lifeOf(shipper: string): Promise<readonly Life[]> {
  return [...(await call<List<Life>>(`/api/v1/shippers/${shipper}/records?limit=200`)).items].reverse();
}

/** What is recorded next, as a shipper's state asks for. */
export function nextFor({ state, charged_at, cleaned_at, returned_at }: Shipper): Kind {
  if (state === "ready") return "charge";
  if (state === "in_use") return charged_at === null ? "charge" : "return";
  if (state === "returned") return returned_at !== null && (cleaned_at === null || cleaned_at < returned_at) ? "cleaning" : "requalification";
  return "requalification";
}

/** Seconds of so many hours, null where the text is no number of hours that the service takes. */
export function holdOf(hours: string): number | null {
  const value = Number(hours.trim().replace(",", "."));
  return hours.trim() !== "" && Number.isFinite(value) && value >= 1 && value <= 1_440 ? Math.round(value * 3_600) : null;
}

export function w(key: ShipperKey, values: Readonly<Record<string, string | number>> = {}): string {
  return say(SHIPPER[key], values);
}
