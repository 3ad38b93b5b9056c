// The three things a scan can come to on a screen. They must not be mistaken for one another: a decoder's beep is no approval.

/** `read`: the symbol was decoded, and nobody has judged it yet. */
export type Read = { readonly kind: "read" };

/** `accepted`: taken by the service; with `provisional`, by this device's work list, and the service has yet to say so. */
export type Accepted = { readonly kind: "accepted"; readonly provisional: boolean };

/** `wrong`: must not go on. `code` is the service's problem code, or the same code found by this device. */
export type Wrong = { readonly kind: "wrong"; readonly code: string; readonly provisional: boolean };

export type Verdict = Read | Accepted | Wrong;
