// What the service answers, as far as the screens show it. Answers may grow; what is not named here is passed over.

export interface Hold {
  readonly id: string;
  readonly reason: string;
  readonly since: string;
  readonly lift: readonly (readonly string[])[];
}

export interface Timer {
  readonly from: string;
  readonly to: string;
  readonly max_minutes: number;
  readonly state: string;
  readonly due_at: string | null;
}

export interface Bag {
  readonly id: string;
  readonly state: string;
  readonly kind: string;
  readonly form: string;
  readonly product: string;
  readonly custodian: string;
  readonly therapy: string;
  readonly ordinal: number;
  readonly of: number;
  readonly lot: string | null;
  readonly expires_at: string | null;
  readonly position_code: string | null;
  readonly shipment: string | null;
  readonly specification: string;
  readonly holds: readonly Hold[];
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[];
  readonly marks: Readonly<Record<string, string>>;
}

export interface ListedBag extends Bag {
  readonly due_at: string | null;
  readonly clock_due_at: string | null;
  readonly late: boolean;
}

export interface BagDetail extends ListedBag {
  readonly timers: readonly Timer[];
  readonly exposure: { readonly total_s: number; readonly left_s: number | null };
  readonly next_steps: readonly string[];
}

export interface Subject {
  readonly type: "bag" | "position" | "shipper" | "person" | "patient" | "document";
  readonly id: string;
  readonly code?: string;
  readonly bag?: string | null;
  readonly position_code?: string | null;
  readonly state?: string;
  readonly coi?: string;
  readonly roles?: readonly string[];
}

export interface ReadAnswer {
  readonly readings: readonly ({ readonly status: "identified" } | { readonly status: "unreadable"; readonly reason: string })[];
  readonly subjects: readonly Subject[];
  readonly next_steps: readonly string[];
}

export interface ComparisonRow {
  readonly field: string;
  readonly values: Readonly<Record<string, string>>;
  readonly verdict: "agree" | "differ" | "absent" | null;
  readonly labels?: { readonly fr: string; readonly en: string };
}

export interface Taken {
  readonly verdict: "taken";
  readonly bag: Bag | null;
  readonly timers: readonly Timer[];
  readonly next_steps: readonly string[];
  readonly overridden: readonly string[];
  readonly comparison: readonly ComparisonRow[];
  readonly cautions: readonly { readonly code: string; readonly detail: string }[];
}

export interface Refused {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  /** Said by this device's work list; the service has not judged it. */
  readonly provisional?: boolean;
  readonly rung?: "never" | "senior" | "acknowledge";
  readonly authorisers?: readonly (readonly string[])[];
  readonly others?: readonly { readonly code: string; readonly rung: string; readonly detail: string }[];
  readonly comparison?: readonly ComparisonRow[];
}
