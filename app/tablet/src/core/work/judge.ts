// What this device can say of an act without a network. It never says more than its list proves: what it cannot know is
// `read`, what contradicts the list is `wrong`, and `accepted` is provisional until the service has said so.
import { keyOf } from "../barcodes/reading.ts";
import type { Identified, Reading } from "../barcodes/reading.ts";
import type { Accepted, Read, Wrong } from "../verdict.ts";
import { standing } from "./list.ts";
import type { WorkBag, WorkList, WorkStep } from "./list.ts";

export type Judged = (Read | Accepted | Wrong) & { readonly bag: WorkBag | null };

// Strongest first: a container names one bag; a donation number or a chain of identity may be shared by several.
const NAMES_ONE = ["givre-bag", "container", "sgtin"];
const AT_A_POSITION = new Set(["stored", "moved", "retrieved"]);
const AT_THE_BEDSIDE = new Set(["collected", "identified"]);
/** A bag on hold, or past its expiry, is taken out for neither (docs/rules.md: `on-hold`, `bag-expired`). */
const FORWARD = new Set(["thaw", "shipment"]);
/** What is known beside the list: the bag that was meant, what it is taken out for, and what this device has changed since (`touched.ts`). */
export interface Beside {
  readonly meant?: string | null;
  readonly purpose?: string | null;
  readonly touched?: ReadonlySet<string>;
  /** The bags for which a hold waits on this device. */
  readonly held?: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Judge a step and everything scanned for it, in the order scanned, by a list and a clock (milliseconds). */
export function judge(
  list: WorkList | null,
  step: WorkStep,
  readings: readonly Reading[],
  now: number,
  { meant = null, purpose = null, touched = NOTHING, held = NOTHING }: Beside = {},
): Judged {
  const read = (bag: WorkBag | null): Judged => ({ kind: "read", bag });
  const wrong = (code: string, bag: WorkBag | null): Judged => ({ kind: "wrong", code, provisional: true, bag });

  if (readings.some(({ status }) => status === "unreadable")) return wrong("unreadable-symbol", null);
  if (!step.offline) return wrong("never-offline", null);
  // A list that has run out proves nothing, for better or worse; nor does one from the future.
  if (!list || standing(list, now) !== "valid") return read(null);
  const scanned = readings as readonly Identified[];
  const bags = scanned.filter(({ subject }) => subject === "bag").map((reading) => bagsNamed(reading, list));
  if (bags.length === 0) return read(null);
  const common = bags.reduce((left, right) => left.filter((one) => right.includes(one)));
  if (common.length === 0) {
    // One label of a bag on the list and one that names none: perhaps a label this list does not know.
    return bags.every((found) => found.length > 0) ? wrong("labels-disagree", null) : read(null);
  }
  const [bag, ...others] = common;
  if (!bag || others.length > 0) return read(null);
  if (meant !== null && bag.id !== meant) return wrong("wrong-bag", bag);
  const patient = AT_THE_BEDSIDE.has(step.tag) ? judgePatient(list, bag, scanned) : "proved";
  if (patient === "wrong-patient") return wrong(patient, bag);
  // What is on hold may still be kept safe, and what has expired be taken out to be destroyed. Neither ends without the
  // service, whatever this device has done with the bag.
  const onHold = bag.holds.length > 0 || held.has(bag.id);
  const expired = bag.expires_at !== null && Date.parse(bag.expires_at) < now;
  const forward = step.tag === "retrieved" && purpose !== null && FORWARD.has(purpose);
  if (onHold && (forward || !step.physical)) return wrong("on-hold", bag);
  if (expired && (forward || step.tag === "thaw_started")) return wrong("bag-expired", bag);
  // Its state and its place are what this device has made of them; only the service knows.
  if (touched.has(bag.id)) return read(bag);
  if (!bag.next_steps.includes(step.tag)) return wrong("out-of-order", bag);
  const place = AT_A_POSITION.has(step.tag) ? judgePlace(list, step.tag, bag, scanned, touched) : "proved";
  if (place !== "proved" && place !== "unknown") return wrong(place, bag);
  // It may be taken out to be kept safe or destroyed: only who says for what hears more.
  if (step.tag === "retrieved" && purpose === null && (expired || onHold)) return read(bag);
  return place === "proved" && patient === "proved" ? { kind: "accepted", provisional: true, bag } : read(bag);
}

/** The bags that a label may be on: by its strongest name that any bag on the list has. */
export function bagsNamed<B extends Pick<WorkBag, "id" | "identifiers">>({ identifiers }: Identified, list: { readonly bags: readonly B[] }): readonly B[] {
  const strongest = identifiers.filter(({ scheme }) => NAMES_ONE.includes(scheme));
  const asked = strongest.length > 0 ? strongest : identifiers.filter(({ scheme }) => scheme !== "product-code");
  const keys = new Set(asked.map(keyOf));
  return list.bags.filter(
    (bag) => keys.has(`givre-bag::${bag.id}`) || bag.identifiers.some((one) => keys.has(keyOf(one))),
  );
}

type Place = "proved" | "unknown" | "wrong-position" | "position-occupied" | "unknown-position";

function judgePlace(
  list: WorkList,
  step: string,
  bag: WorkBag,
  scanned: readonly Identified[],
  touched: ReadonlySet<string>,
): Place {
  const codes = scanned.filter(({ subject }) => subject === "position").map(({ fields }) => fields["value"] ?? "");
  const [code, ...others] = codes;
  if (code === undefined || others.some((other) => other !== code) || touched.has(code)) return "unknown";
  if (!(code in list.positions)) return list.complete ? "unknown-position" : "unknown";
  const occupant = list.positions[code] ?? null;
  if (step === "retrieved") return occupant === bag.id ? "proved" : "wrong-position";
  return occupant === null || occupant === bag.id ? "proved" : "position-occupied";
}

function judgePatient(list: WorkList, bag: WorkBag, scanned: readonly Identified[]): "proved" | "unknown" | "wrong-patient" {
  const numbers = scanned
    .flatMap(({ identifiers }) => identifiers)
    .filter(({ scheme }) => scheme === "ipp")
    .map(({ value }) => value);
  const known = list.patients.find(({ id }) => id === bag.patient)?.traits?.ipp;
  if (numbers.length === 0 || !known) return "unknown";
  return numbers.every((number) => number === known) ? "proved" : "wrong-patient";
}
