// How a device chains its scans (docs/decisions/0150): what is hashed, byte for byte as the service does it.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

export interface SymbolMessage {
  readonly text: string;
  readonly symbology?: string | null;
  readonly source?: string;
  readonly role?: string | null;
}

/** One step to record, as `POST /api/v1/scans` takes it; `occurred_at` is RFC 3339 with an offset. */
export interface Act {
  readonly scan_id: string;
  readonly step: string;
  readonly symbols: readonly SymbolMessage[];
  readonly occurred_at: string;
  readonly device_id: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly bag_id?: string | null;
  readonly deviation?: { readonly rules: readonly string[]; readonly reason: string; readonly authoriser?: string } | null;
  readonly witness?: string | null;
  /** Who stood beside, named without a network; they countersign later (decision 152). */
  readonly second_person?: string | null;
}

/** Where a device's chain stands: the number of its last scan and that scan's hash. */
export interface Chain {
  readonly seq: number;
  readonly head: string;
}

export const BEGINNING: Chain = { seq: 0, head: "0".repeat(64) };

/** The act with its place in the device's chain, and where the chain stands after it; `hash` is the act's, where it is known. */
export function linked(act: Act, before: Chain, hash = actHash(act)): { readonly message: ChainedAct; readonly after: Chain } {
  const message = { ...act, device_seq: before.seq + 1, device_prev: before.head };
  return { message, after: { seq: message.device_seq, head: hexOf(linkText(message, hash)) } };
}

export type ChainedAct = Act & { readonly device_seq: number; readonly device_prev: string };

/** The text of a link, and its SHA-256: what the next scan names as the one before it. */
export function linkText(message: ChainedAct, act = actHash(message)): string {
  const { device_id, device_seq, device_prev, scan_id } = message;
  return canonical({ form: "givre.device-scan/v1", device_id, device_seq, device_prev, scan_id, act });
}

export function hashOf(message: ChainedAct): string {
  return hexOf(linkText(message));
}

/** What the service is told of a scan that it did not understand: its link, the reason, and the scan without signatures. */
export function parkedMessage({ message, body }: { readonly message: ChainedAct; readonly body: Readonly<Record<string, unknown>> }): object {
  const { device_seq, device_prev, scan_id, step, occurred_at } = message;
  const { witness: _none, ...unsigned } = message;
  const deviation = unsigned.deviation && { rules: unsigned.deviation.rules, reason: unsigned.deviation.reason };
  const act = actHash(message);
  const code = typeof body["code"] === "string" ? body["code"] : "unknown";
  return { device_seq, device_prev, scan_id, act, step, occurred_at, code, message: JSON.stringify({ ...unsigned, deviation }) };
}

/** The text of an act: exactly what a witness signs. */
export function actText(act: Act): string {
  const { scan_id, step, device_id, details } = act;
  return canonical({
    scan_id,
    step,
    symbols: act.symbols.map(({ text, symbology, source, role }) => [text, symbology ?? null, source ?? "scanner", role ?? null]),
    occurred_at: new Date(act.occurred_at).toISOString(),
    device_id,
    details,
    bag_id: act.bag_id ?? null,
    rules: [...(act.deviation?.rules ?? [])].sort(),
    reason: act.deviation?.reason ?? null,
    // Only where somebody was named (decision 152): acts without are hashed as they always were.
    ...(act.second_person ? { second_person: act.second_person } : {}),
  });
}

/** What of an act goes into its link: it does not depend on its place in the chain. */
export function actHash(act: Act): string {
  return hexOf(actText(act));
}

export function hexOf(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** RFC 8785. JavaScript's own number and string forms are the ones that it asks for; only names must be sorted. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError("a number that JSON cannot write");
  return JSON.stringify(value);
}
