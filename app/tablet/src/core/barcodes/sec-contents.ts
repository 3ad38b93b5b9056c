// The Single European Code: 40 characters as Directive 2006/86/EC, Annex VII, has them since (EU) 2015/565.
import { calendarDay } from "./calendar.ts";
import type { Contents } from "./isbt-contents.ts";
import { FIN } from "./isbt-contents.ts";
import type { Fields } from "./reading.ts";

const VERSION = "eu-2015-565";
const DONATION_LENGTH = 21;
const DONATION = /^[A-Z]{2}[0-9A-Z]{6}[0-9A-Z]{13}$/;
const PRODUCT = /^([ABE])[0-9A-Z]{7}[0-9A-Za-z]{3}([0-9]{8})$/;
const ISBT_NUMBER = new RegExp(`^${FIN}[0-9]{8}$`);
const ISBT = "A";

export function donationSequence(content: string): Contents {
  return DONATION.test(content) ? { sec_donation: content, sec_version: VERSION } : "alphabet";
}

export function singleEuropeanCode(content: string): Contents {
  const found = donationSequence(content.slice(0, DONATION_LENGTH));
  const match = PRODUCT.exec(content.slice(DONATION_LENGTH));
  if (typeof found === "string" || !match) return "alphabet";
  const [, system, expiry = ""] = match;
  if (system === ISBT && !ISBT_NUMBER.test(content.slice(8, DONATION_LENGTH))) return "din-alphabet";
  const fields = { ...found, sec: content };
  if (expiry === "00000000") return fields;
  const day = calendarDay(expiry);
  return day === null ? "impossible-date" : { ...fields, expiry: day };
}

/** Whether an SEC in ISBT 128 coding repeats the donation number and the product code printed beside it. */
export function agrees(fields: Fields): boolean {
  const sec = fields["sec"] ?? "";
  if (sec[DONATION_LENGTH] !== ISBT) return true;
  const number = sec.slice(8, DONATION_LENGTH);
  const description = sec.slice(24, 29);
  return number === (fields["din"] ?? number) && description === (fields["product_code"] ?? description).slice(0, 5);
}
