// Dewars, towers, racks and boxes as their codes say them: what lies in what, and what is of a kind with what.

/** How deep a part lies: 0 the dewar, 1 a tower, 2 a rack, 3 a box. */
export type Level = 0 | 1 | 2 | 3;

export interface Shelf {
  readonly code: string;
  readonly bag: string | null;
}

export interface PartOf {
  readonly code: string;
  readonly all: number;
  readonly free: number;
}

export function levelOf(part: string): Level {
  return Math.min(part.split("-").length - 1, 3) as Level;
}

/** The part of that kind that a position, or a smaller part, lies in. */
export function within(code: string, level: Level): string {
  return code.split("-").slice(0, level + 1).join("-");
}

/** A part and everything that it lies in, the largest first. */
export function upwards(part: string): readonly string[] {
  return Array.from({ length: levelOf(part) + 1 }, (_, level) => within(part, level as Level));
}

/** The parts of a kind that these positions make, in their order, with how many of them are free. */
export function partsAt(shelves: readonly Shelf[], level: Level): readonly PartOf[] {
  const found = new Map<string, PartOf>();
  for (const { code, bag } of shelves) {
    const part = within(code, level);
    const { all, free } = found.get(part) ?? { all: 0, free: 0 };
    found.set(part, { code: part, all: all + 1, free: free + (bag === null ? 1 : 0) });
  }
  return [...found.values()];
}

/** A position as it is called within a part: `B1-P3` of a rack, `P3` of a box. */
export function placeIn(part: string, position: string): string {
  return position.startsWith(`${part}-`) ? position.slice(part.length + 1) : position;
}
