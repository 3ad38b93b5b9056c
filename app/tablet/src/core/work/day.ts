// A day as it is typed in gloves: digits alone will do, and no device's own order of day and month is asked.

const DAY_FIRST = /^(\d{1,2})[ ./-](\d{1,2})[ ./-](\d{4})$|^(\d{2})(\d{2})(\d{4})$/;
const YEAR_FIRST = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The day that a text says, as `YYYY-MM-DD`, from 1900 to 2199; null when it says none. */
export function dayOf(text: string): string | null {
  const plain = text.trim();
  const [day, month, year] = (DAY_FIRST.exec(plain) ?? []).slice(1).filter(Boolean);
  const written = YEAR_FIRST.test(plain) ? plain : day && month && year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : "";
  return /^(19|20|21)/.test(written) && isDay(written) ? written : null;
}

function isDay(written: string): boolean {
  const at = new Date(`${written}T00:00:00Z`);
  // The 30th of February is read as a day of March.
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(written);
}
