// What stands where on the board: the service has the order of the therapies, the bags of each stand here as urgently.
import type { Bag, Hold } from "./shapes.ts";

export interface Clock {
  readonly from: string;
  readonly to: string;
  readonly due_at: string | null;
}

/** A bag as the board tells it. */
export interface BoardBag extends Pick<Bag, "id" | "kind" | "form" | "state" | "ordinal" | "of" | "custodian" | "position_code" | "shipment" | "identifiers"> {
  readonly holds: readonly Hold[];
  readonly due_at: string | null;
  readonly late: boolean;
  readonly live: boolean;
  readonly countdowns: readonly Clock[];
}

export interface Therapy {
  readonly id: string;
  readonly coi: string;
  readonly product: string;
  readonly cautions: readonly string[];
  readonly bags: readonly BoardBag[];
}

export const VIEWS = ["coordinator", "pharmacist", "quality"] as const;
export type View = (typeof VIEWS)[number];

export interface BoardAnswer {
  readonly view: View;
  readonly at: string;
  readonly complete: boolean;
  readonly open: Readonly<Record<"deviation" | "settlement" | "review", number>>;
  readonly therapies: readonly Therapy[];
}

export const SHARES = ["all", "late", "due", "held"] as const;
export type Share = (typeof SHARES)[number];

/** The view that somebody of these roles looks at all day. */
export function viewFor(roles: readonly string[]): View {
  if (roles.includes("quality")) return "quality";
  return roles.some((role) => role === "pharmacist" || role === "pharmacy_technician") ? "pharmacist" : "coordinator";
}

/** The bags of a therapy that something is still awaited of, what is most urgent first. */
export function ordered(bags: readonly BoardBag[]): readonly BoardBag[] {
  const live = bags.filter((bag) => bag.live);
  return live.sort((one, other) => urgency(one) - urgency(other) || dueOf(one).localeCompare(dueOf(other)));
}

export function inShare({ bags }: Therapy, share: Share): boolean {
  if (share === "all") return true;
  return bags.some((bag) => bag.live && (share === "late" ? bag.late : share === "due" ? runs(bag) : bag.holds.length > 0));
}

export function counted(therapies: readonly Therapy[]): Readonly<Record<Share, number>> {
  const of = (share: Share): number => therapies.filter((therapy) => inShare(therapy, share)).length;
  return { all: of("all"), late: of("late"), due: of("due"), held: of("held") };
}

/** The clocks of a bag that end at a known time, the one that ends first in front. */
export function running({ countdowns }: BoardBag): readonly Clock[] {
  return countdowns.filter(({ due_at }) => due_at !== null).sort((one, other) => String(one.due_at).localeCompare(String(other.due_at)));
}

function runs(bag: BoardBag): boolean {
  return running(bag).length > 0;
}

function urgency(bag: BoardBag): number {
  if (bag.late) return 0;
  if (runs(bag)) return 1;
  return bag.holds.length > 0 ? 2 : 3;
}

function dueOf(bag: BoardBag): string {
  return running(bag)[0]?.due_at ?? bag.due_at ?? "~";
}
