// Our own labels: `GV1.` kind `.` value `.` K, short enough for the wall of a cryobox.
import { mod37_2Character } from "./check.ts";
import type { Format, Payload } from "./format.ts";
import { identified, unreadable } from "./format.ts";
import { isCoi } from "./isbt-contents.ts";
import type { Identifier, Reading, Subject } from "./reading.ts";
import tables from "./tables.json";

const PREFIX = "GV1.";
const LABEL = /^GV1\.([A-Z])\.([0-9A-Z-]{1,32})\.([0-9A-Z*])$/;
const KINDS = new Map(Object.entries(tables.labels) as [string, [Subject, string, boolean]][]);

/** What the keyboard test label says: characters that layouts move, so that a tablet finds out which one is at work. */
export const KEYBOARD_TEST = tables.keyboardTest;

/** The check character of one of our labels; a hyphen counts as the one value that no letter or digit has. */
export function labelCheck(kind: string, value: string): string {
  return mod37_2Character(kind + value.replaceAll("-", "*"));
}

function read(payload: Payload): Reading {
  const match = LABEL.exec(payload.text);
  if (!match) return unreadable(payload, "internal-syntax", "GV1.kind.value.K");
  const [, letter = "", value = "", check] = match;
  const kind = KINDS.get(letter);
  if (!kind) return unreadable(payload, "internal-syntax", "kind");
  if (check !== labelCheck(letter, value)) return unreadable(payload, "check-character", "K");
  const [subject, scheme, issued] = kind;
  const identifier = identifierOf(scheme, issued, value);
  if (!identifier) return unreadable(payload, "internal-syntax", "issuer-value");
  return identified(payload, INTERNAL.tag, subject, { kind: letter, value }, [identifier]);
}

function identifierOf(scheme: string, issued: boolean, value: string): Identifier | null {
  if (!issued) return { scheme, issuer: "", value };
  if (scheme === "coi" && isCoi(value)) return { scheme, issuer: "isbt128", value };
  const hyphen = value.indexOf("-");
  if (hyphen < 1 || hyphen === value.length - 1) return null;
  return { scheme, issuer: value.slice(0, hyphen), value: value.slice(hyphen + 1) };
}

export const INTERNAL: Format = {
  tag: "internal",
  claims: ({ text }) => text.startsWith(PREFIX),
  read,
  proved: (fields) => fields["value"] ?? "",
};
