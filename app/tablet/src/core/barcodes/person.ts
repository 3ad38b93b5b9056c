// Whose badge it is: it carries the id of their record, which says who and proves nothing.
import type { Reading } from "./reading.ts";

const HEX = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** The id that a badge names somebody by, null when it is no badge. */
export function personOn(reading: Reading): string | null {
  if (reading.status !== "identified" || reading.subject !== "person") return null;
  const found = HEX.exec((reading.identifiers[0]?.value ?? "").toLowerCase());
  return found ? found.slice(1).join("-") : null;
}
