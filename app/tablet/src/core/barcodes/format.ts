// What every format of symbol has to offer: a claim, a reading, and what of it a check character vouches for.
import type { Fields, Identified, Identifier, Reading, Reason, Source, Subject, Unreadable } from "./reading.ts";

/** A symbol's text without its AIM prefix and its line end; nothing else is gone. */
export interface Payload {
  readonly text: string;
  readonly aim: string | null;
  readonly stripped: string;
  readonly symbology: string | null;
  readonly source: Source;
  /** Data identifiers ("&a") of the national ISBT 128 structures that the site has declared. */
  readonly national: ReadonlySet<string>;
}

export interface Format {
  readonly tag: string;
  claims(payload: Payload): boolean;
  /** Never throws. */
  read(payload: Payload): Reading;
  /** Of the fields of a scanned symbol, the characters that a check of the symbol itself vouches for. */
  proved(fields: Fields): string;
}

/** Why a text, or a part of it, is not what its format asks for. */
export class Fault {
  constructor(
    readonly reason: Reason,
    readonly detail: string,
  ) {}
}

export const unproved = (): string => "";

export function unreadable(payload: Payload, reason: Reason, detail = ""): Unreadable {
  return { status: "unreadable", reason, aim: payload.aim, detail };
}

export function identified(
  payload: Payload,
  format: string,
  subject: Subject,
  fields: Fields,
  identifiers: readonly Identifier[],
  withholds = false,
): Identified {
  const { aim, stripped } = payload;
  return { status: "identified", format, subject, fields, identifiers, aim, stripped, withholds, repaired: null };
}
