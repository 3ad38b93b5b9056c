// The work list as the service signs it (docs/decisions/0151): what this device may know of today's work without a network.

export interface WorkHold {
  readonly id: string;
  readonly reason: string;
  readonly since: string;
  /** Groups of roles; one person of each lifts it together with the others. */
  readonly lift: readonly (readonly string[])[];
}

export interface WorkTimer {
  readonly from: string;
  readonly to: string;
  readonly max_minutes: number;
  /** Null while it does not run. */
  readonly due_at: string | null;
}

export interface WorkBag {
  readonly id: string;
  /** How many events its history had. */
  readonly seq: number;
  readonly therapy: string;
  readonly patient: string | null;
  readonly state: string;
  readonly kind: string;
  readonly form: string;
  readonly product: string;
  readonly custodian: string;
  readonly ordinal: number;
  readonly of: number;
  readonly lot: string | null;
  readonly position_code: string | null;
  readonly shipment: string | null;
  readonly expires_at: string | null;
  readonly due_at: string | null;
  readonly specification: string;
  readonly holds: readonly WorkHold[];
  readonly identifiers: readonly { readonly scheme: string; readonly issuer: string; readonly value: string }[];
  readonly marks: Readonly<Record<string, string>>;
  readonly timers: readonly WorkTimer[];
  /** Whoever does them; a screen offers those of its person's roles. */
  readonly next_steps: readonly string[];
}

export interface WorkPatient {
  readonly id: string;
  readonly traits: {
    readonly ipp?: string | null;
    readonly family_name?: string | null;
    readonly given_name?: string | null;
    readonly birth_date?: string | null;
  } | null;
}

export interface WorkList {
  readonly form: "givre.worklist/v1";
  readonly site: string;
  readonly issued_to: string;
  readonly issued_at: string;
  readonly expires_at: string;
  readonly complete: boolean;
  readonly bags: readonly WorkBag[];
  readonly patients: readonly WorkPatient[];
  /** Position code to the bag that lies there. */
  readonly positions: Readonly<Record<string, string | null>>;
}

/** Of a step of the catalogue (`GET /api/v1/steps`), what a verdict without a network needs. */
export interface WorkStep {
  readonly tag: string;
  readonly offline: boolean;
  /** Whether it is done for a bag that is on hold too. */
  readonly physical: boolean;
}

/** A list counts from the full hour; a clock that is further behind it is wrong. */
const AHEAD = 3_600_000;

/** Whether a list proves anything at this moment (milliseconds of this device's clock). */
export function standing({ issued_at, expires_at }: WorkList, now: number): "valid" | "expired" | "ahead" {
  if (now >= Date.parse(expires_at)) return "expired";
  return now < Date.parse(issued_at) - AHEAD ? "ahead" : "valid";
}

/** The bags of a list in the order of the day: what is late, what a clock runs for, what is stopped, then the rest. */
export function inOrder({ bags }: WorkList, now: number): readonly WorkBag[] {
  const rank = (bag: WorkBag): number => {
    const due = clockOf(bag);
    if (isLate(bag, now)) return 0;
    return due !== null ? 1 : bag.holds.length > 0 ? 2 : bag.position_code === null ? 3 : 4;
  };
  const soonest = (bag: WorkBag): string => clockOf(bag) ?? bag.due_at ?? "~";
  return [...bags].sort((one, other) => rank(one) - rank(other) || soonest(one).localeCompare(soonest(other)));
}

export function isLate({ due_at }: WorkBag, now: number): boolean {
  return due_at !== null && Date.parse(due_at) < now;
}

/** When the first running clock of a bag ends, null where none runs. */
export function clockOf({ timers }: WorkBag): string | null {
  return timers.flatMap(({ due_at }) => due_at ?? []).sort()[0] ?? null;
}
