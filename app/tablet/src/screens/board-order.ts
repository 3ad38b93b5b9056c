// What stands where on the board: what is late first, then what runs, then what is stopped, then the rest.
import type { ListedBag } from "./shapes.ts";

export interface Therapy {
  readonly id: string;
  readonly coi: string;
  readonly product: string;
  readonly cautions: readonly string[];
}

export interface Group {
  readonly therapy: Therapy;
  readonly bags: readonly ListedBag[];
}

export const SHARES = ["all", "late", "due", "held"] as const;
export type Share = (typeof SHARES)[number];

/** States in which nothing is awaited any more: such bags are left to the therapy's own history. */
const ENDED: ReadonlySet<string> = new Set(["consumed", "infused", "destroyed", "returned"]);

export function grouped(therapies: readonly Therapy[], bags: readonly ListedBag[]): readonly Group[] {
  const live = bags.filter(({ state }) => !ENDED.has(state));
  const groups = therapies.map((therapy) => {
    const own = live.filter((bag) => bag.therapy === therapy.id);
    return { therapy, bags: [...own].sort((one, other) => urgency(one) - urgency(other) || dueOf(one).localeCompare(dueOf(other))) };
  });
  const first = ({ bags: [bag] }: Group): number => (bag ? urgency(bag) : 9);
  const due = ({ bags: [bag] }: Group): string => (bag ? dueOf(bag) : "~");
  // A therapy with nothing to wait for any more is no work.
  const awaited = groups.filter((group) => group.bags.length > 0 || !bags.some((bag) => bag.therapy === group.therapy.id));
  return [...awaited].sort((one, other) => first(one) - first(other) || due(one).localeCompare(due(other)));
}

export function inShare({ bags }: Group, share: Share): boolean {
  if (share === "all") return true;
  return bags.some((bag) => (share === "late" ? bag.late : share === "due" ? bag.clock_due_at !== null : bag.holds.length > 0));
}

export function counted(groups: readonly Group[]): Readonly<Record<Share, number>> {
  const of = (share: Share): number => groups.filter((group) => inShare(group, share)).length;
  return { all: of("all"), late: of("late"), due: of("due"), held: of("held") };
}

function urgency(bag: ListedBag): number {
  if (bag.late) return 0;
  if (bag.clock_due_at !== null) return 1;
  return bag.holds.length > 0 ? 2 : 3;
}

function dueOf(bag: ListedBag): string {
  return bag.clock_due_at ?? bag.due_at ?? "~";
}
