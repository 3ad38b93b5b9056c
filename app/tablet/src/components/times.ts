// Instants as people here read them, in the device's own zone.
import { language } from "../i18n/index.ts";

export function day(instant: string): string {
  return format(instant, { dateStyle: "medium" });
}

export function moment(instant: string): string {
  return format(instant, { dateStyle: "short", timeStyle: "short" });
}

export function minute(instant: string | number): string {
  return format(instant, { timeStyle: "short" });
}

export function hour(instant: string | number): string {
  return format(instant, { timeStyle: "medium" });
}

/** « mardi 1 décembre 2026 à 12:15 »: no order of day and month is to be guessed. */
export function instantInWords(instant: string): string {
  return format(instant, { dateStyle: "full", timeStyle: "short" });
}

/** « 14 mars 1958 » of a `YYYY-MM-DD`. */
export function dayInWords(written: string): string {
  return format(written, { dateStyle: "long", timeZone: "UTC" });
}

function format(instant: string | number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language.value === "fr" ? "fr-FR" : "en-GB", options).format(new Date(instant));
}
