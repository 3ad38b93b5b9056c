// What goes into the reader (a symbol) and what comes out of it; the same shapes as the service's `app.barcodes`.
import tables from "./tables.json";

export type Source = "camera" | "scanner" | "typed" | "imported";
export type Reason = keyof typeof tables.reasons;
export type Subject =
  | "bag"
  | "position"
  | "dewar"
  | "shipper"
  | "person"
  | "patient"
  | "therapy"
  | "document"
  | "logger"
  | "product"
  | "keyboard";

/** `text` is exactly what the device or the person gave; `symbology` is the decoder's name for it, null when unknown. */
export interface ScannedSymbol {
  readonly text: string;
  readonly symbology: string | null;
  readonly source: Source;
}

/** `issuer` is "" where the scheme is unique in the whole world. */
export interface Identifier {
  readonly scheme: string;
  readonly issuer: string;
  readonly value: string;
}

export type Fields = Readonly<Record<string, string>>;

/**
 * `aim` is the AIM prefix taken off the front, `stripped` the line end taken off the back; `withholds` says that the text
 * may tell more about a person than the fields do; `repaired` names the keyboard layouts it had to be read through.
 */
export interface Identified {
  readonly status: "identified";
  readonly format: string;
  readonly subject: Subject;
  readonly fields: Fields;
  readonly identifiers: readonly Identifier[];
  readonly aim: string | null;
  readonly stripped: string;
  readonly withholds: boolean;
  readonly repaired: string | null;
}

/** `detail` says where in the symbol, and never repeats its content. */
export interface Unreadable {
  readonly status: "unreadable";
  readonly reason: Reason;
  readonly aim: string | null;
  readonly detail: string;
}

export type Reading = Identified | Unreadable;

const PERSONAL = new Set(["ipp", "ins", "gsrn-recipient", "srin-recipient", "patient-id", "donor-id", "grid"]);

/** The identifier as one string, for equality and for look-up. */
export function keyOf({ scheme, issuer, value }: Identifier): string {
  return `${scheme}:${issuer}:${value}`;
}

/** Whether the scanned text may tell who a patient is, and so may not be kept in clear. */
export function isPersonal(reading: Identified): boolean {
  return (
    reading.withholds || "birth_date" in reading.fields || reading.identifiers.some(({ scheme }) => PERSONAL.has(scheme))
  );
}

/** What to tell the person who holds the scanner. */
export function sentenceOf(reason: Reason): { readonly fr: string; readonly en: string } {
  return tables.reasons[reason];
}
