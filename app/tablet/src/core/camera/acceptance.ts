// When a decoded symbol counts as scanned: a linear code only when read twice alike, and one label only once.

export interface Decoded {
  readonly text: string;
  /** The symbology as the service calls it. */
  readonly symbology: string;
  /** Linear codes have weak checks of their own: a Data Matrix corrects its errors, a Code 128 does not. */
  readonly linear: boolean;
}

/** Milliseconds. */
export const READS_WITHIN = 2_000;
/** A label that stays in view is one scan; out of view for this long, it may be scanned again. */
export const GONE_AFTER = 1_500;

export class Acceptance {
  private waiting: { readonly text: string; readonly at: number } | null = null;
  private accepted: { text: string; at: number } | null = null;

  /** Take what one frame showed, and return what is now scanned, if anything. `now` is in milliseconds. */
  take(found: readonly Decoded[], now: number): Decoded | null {
    // Two labels in one frame: nobody knows which is meant. Both wait until one alone is in view.
    const [only, ...others] = found;
    if (!only || others.some(({ text }) => text !== only.text)) return null;
    if (this.accepted?.text === only.text && now - this.accepted.at < GONE_AFTER) {
      this.accepted.at = now;
      return null;
    }
    if (only.linear) {
      const twice = this.waiting?.text === only.text && now - this.waiting.at < READS_WITHIN;
      this.waiting = { text: only.text, at: now };
      if (!twice) return null;
    }
    this.waiting = null;
    this.accepted = { text: only.text, at: now };
    return only;
  }
}
