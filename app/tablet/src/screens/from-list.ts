// What the work list says where the service does not answer: the same shapes, and nothing that the list does not prove.
import type { Reading } from "../core/barcodes/reading.ts";
import { bagsNamed } from "../core/work/judge.ts";
import type { WorkList } from "../core/work/list.ts";
import { clockOf, isLate, standing } from "../core/work/list.ts";
import { day } from "../components/times.ts";
import { stepOf } from "../device/catalogue.ts";
import { currentList, unsentAt } from "../device/done.ts";
import { who } from "../device/service.ts";
import type { BagDetail, Subject } from "./shapes.ts";

/** A bag as the list has it, null where it has none or proves nothing any more. */
export function fromList(id: string): BagDetail | null {
  const bag = valid()?.bags.find((one) => one.id === id);
  if (!bag) return null;
  const mine = new Set(who.value?.roles);
  return {
    ...bag,
    clock_due_at: clockOf(bag),
    late: isLate(bag, Date.now()),
    timers: bag.timers.map((timer) => ({ ...timer, state: timer.due_at === null ? "waiting" : "running" })),
    exposure: { total_s: 0, left_s: null },
    next_steps: bag.next_steps.filter((tag) => {
      const step = stepOf(tag);
      // What the list says of everybody's steps is older than a hold that was placed here since.
      return step?.roles.some((role) => mine.has(role)) && (bag.holds.length === 0 || step.physical || tag === "hold_lifted");
    }),
  };
}

/** Whose bag it is, as its label and their wristband show it; null for those whose list names nobody. */
export function patientOf(id: string): string | null {
  const list = valid();
  const patient = list?.bags.find((one) => one.id === id)?.patient;
  const traits = list?.patients.find((one) => one.id === patient)?.traits;
  if (!traits?.family_name) return null;
  return [traits.family_name, traits.given_name, traits.birth_date && day(traits.birth_date), traits.ipp].filter(Boolean).join(" · ");
}

/** The one bag that is on every label scanned; null where there is none, or more than one. */
export function bagInList(readings: readonly Reading[]): string | null {
  const list = valid();
  const named = readings.flatMap((reading) => (reading.status === "identified" && reading.subject === "bag" ? [reading] : []));
  if (!list || named.length === 0) return null;
  const [bag, ...others] = named.map((one) => bagsNamed(one, list)).reduce((left, right) => left.filter((one) => right.includes(one)));
  return bag && others.length === 0 ? bag.id : null;
}

/** A position and the bag in it; null where the list does not know it, or an act that waits here may have changed it. */
export function positionInList(reading: Reading): Subject | null {
  const list = valid();
  if (!list || reading.status !== "identified" || reading.subject !== "position") return null;
  const code = reading.fields["value"] ?? "";
  if (!(code in list.positions)) return null;
  const bag = unsentAt.value.get(code) ?? list.positions[code] ?? null;
  // Free by the list, and no longer by what was done here with a bag that only its labels name.
  return bag === null && unsentAt.value.has(code) ? null : { type: "position", id: code, code, bag };
}

/** The positions of a part of a dewar. */
export function placesInList(scope: string): readonly string[] {
  return Object.keys(valid()?.positions ?? {}).filter((code) => code.startsWith(`${scope}-`));
}

function valid(): WorkList | null {
  const list = currentList.value;
  return list && standing(list, Date.now()) === "valid" ? list : null;
}
