// SEC: the Single European Code as people read it, `SEC: ` and one or both of its sequences.
import type { Format, Payload } from "./format.ts";
import { identified, unproved, unreadable } from "./format.ts";
import type { Reading } from "./reading.ts";
import { donationSequence, singleEuropeanCode } from "./sec-contents.ts";

// What counts as white space is Python's list, not JavaScript's: both readers must cut alike.
const SOLID = "(?:[^\\s\\x1c-\\x1f\\x85]|\\ufeff)";
const CODE = new RegExp(`^SEC: ?(${SOLID}{21})(?: ?(${SOLID}{19}))?$`);

function read(payload: Payload): Reading {
  if (payload.source === "typed") return unreadable(payload, "typed-without-check", "an SEC has no check character");
  const match = CODE.exec(payload.text);
  if (!match) return unreadable(payload, "length", "SEC: 21 characters, a space, 19 characters");
  const [, donation = "", product] = match;
  const content = product === undefined ? donationSequence(donation) : singleEuropeanCode(donation + product);
  if (typeof content === "string") return unreadable(payload, content, "SEC");
  const identifiers = [
    ["sec", content["sec"]] as const,
    ["sec-donation", content["sec_donation"]] as const,
  ].flatMap(([scheme, value]) => (value === undefined ? [] : [{ scheme, issuer: "", value }]));
  return identified(payload, SEC.tag, "bag", content, identifiers);
}

export const SEC: Format = { tag: "sec", claims: ({ text }) => text.startsWith("SEC:"), read, proved: unproved };
