// The work list as the service signs it (docs/decisions/0151): what this device may know of today's work without a network.

export interface WorkBag {
  readonly id: string;
  readonly therapy: string;
  readonly patient: string | null;
  readonly state: string;
  readonly product: string;
  readonly position_code: string | null;
  readonly expires_at: string | null;
  readonly holds: readonly { readonly id: string; readonly reason: string }[];
  readonly identifiers: readonly { readonly scheme: string; readonly issuer: string; readonly value: string }[];
  readonly next_steps: readonly string[];
}

export interface WorkPatient {
  readonly id: string;
  readonly traits: { readonly ipp?: string | null } | null;
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
}
