// Days as labels write them. No clock and no zone: a label's date is a date.

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

export function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

export function daysOfMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (LENGTHS[month - 1] ?? 0);
}

export function isoDay(year: number, month: number, day: number): string | null {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return null;
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/** Eight digits as an ISO date, null when there is no such day. */
export function calendarDay(yyyymmdd: string): string | null {
  return isoDay(Number(yyyymmdd.slice(0, 4)), Number(yyyymmdd.slice(4, 6)), Number(yyyymmdd.slice(6)));
}

/** Century digit, year and day of the year (`cyyjjj`) as an ISO date. */
export function ordinalDay(cyyjjj: string): string | null {
  const century = cyyjjj[0] === "0" ? 2000 : cyyjjj[0] === "9" ? 1900 : null;
  if (century === null) return null;
  const year = century + Number(cyyjjj.slice(1, 3));
  let left = Number(cyyjjj.slice(3));
  if (left < 1) return null;
  for (let month = 1; month <= 12; month += 1) {
    const length = daysOfMonth(year, month);
    if (left <= length) return isoDay(year, month, left);
    left -= length;
  }
  return null;
}

export function isTime(hhmm: string): boolean {
  return hhmm.slice(0, 2) <= "23" && hhmm.slice(2) <= "59";
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
