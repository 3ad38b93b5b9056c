// What the service tells of a probe, as a picture needs it: a line that is broken wherever nobody knows.

/** [milliseconds since 1970, milli-°C]. */
export type Point = readonly [number, number];
/** [from, to, why], in milliseconds since 1970. */
export type Hole = readonly [number, number, string];

export interface Excursion {
  readonly start_ms: number;
  readonly end_ms: number | null;
  readonly peak_ms: number;
  readonly peak_mC: number;
}

export interface Curve {
  readonly probe: string;
  readonly name: string;
  readonly readings: number;
  readonly verdict: string;
  readonly coverage_permille: number;
  readonly lowest_mC: number | null;
  readonly highest_mC: number | null;
  readonly points: readonly Point[];
  readonly unknown: readonly Hole[];
  readonly excursions: readonly Excursion[];
}

/** Degrees by time; null where the line breaks. `alone` are the places of readings that no line touches. */
export interface Line {
  readonly times: readonly number[];
  readonly degrees: readonly (number | null)[];
  readonly alone: readonly number[];
}

/**
 * The line of a probe. Between two readings it is drawn only where no hole lies between them; a reading within a hole is
 * shown only where it lies above the limit (milli-°C): a doubtful cold says nothing, a doubtful warmth must be seen.
 */
export function lineOf({ points, unknown }: Curve, limit: number | null): Line {
  const times: number[] = [];
  const degrees: (number | null)[] = [];
  for (const [at, milli] of points) {
    const doubtful = unknown.some(([start, end]) => start < at && at < end);
    if (doubtful && (limit === null || milli <= limit)) continue;
    const before = times.at(-1);
    if (before !== undefined && unknown.some(([start, end]) => start < end && start < at && end > before)) {
      times.push((before + at) / 2);
      degrees.push(null);
    }
    times.push(at);
    degrees.push(milli / 1000);
  }
  const touched = (place: number): boolean => typeof degrees[place] === "number";
  const alone = degrees.flatMap((value, place) => (value !== null && !touched(place - 1) && !touched(place + 1) ? [place] : []));
  return { times, degrees, alone };
}

/** The lowest and the highest degree that pictures of these probes show: every reading and the limit, with some air. */
export function scaleOf(curves: readonly Curve[], limit: number | null): readonly [number, number] {
  const shown = curves.flatMap(({ lowest_mC, highest_mC }) => [lowest_mC, highest_mC]);
  const all = [...shown, limit].filter((milli) => milli !== null).map((milli) => milli / 1000);
  if (all.length === 0) return [-200, 0];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const air = Math.max(1, (high - low) * 0.08);
  return [low - air, high + air];
}

/** What is to be said of a probe in a word. Without a limit nothing is judged, and that is never "within it". */
export function verdictOf({ verdict, readings }: Curve, limit: number | null): "in_range" | "excursion" | "unknown" | "no_limit" {
  if (readings === 0) return "unknown";
  if (limit === null) return "no_limit";
  return verdict === "in_range" || verdict === "excursion" ? verdict : "unknown";
}
