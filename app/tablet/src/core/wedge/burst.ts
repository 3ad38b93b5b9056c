// Telling a scanner from a person at a keyboard, and keeping the scanner's Enter away from every button. Pure: times come in.
import type { Stroke } from "./strokes.ts";
import { isCharacter, isEnd, isModifier } from "./strokes.ts";

export const SHORTEST = 6;
/** Milliseconds, all of them. */
export const MEAN_GAP = 35;
export const SILENCE = 100;
/** A Bluetooth scanner may stall in the middle: as long as this while the text is not whole. */
export const STALL = 300;
/** An Enter this long after a scanner's last character is the scanner's. */
export const ENTER_GUARD = 1000;

export type Heard =
  /** Not ours: the page does with it what it likes. */
  | { readonly kind: "pass" }
  /** Perhaps the beginning of a scan; `first` on its first stroke. A text field may show it for now. */
  | { readonly kind: "pending"; readonly first: boolean }
  /** Part of a scan for sure, or its end: nobody else may see it. */
  | { readonly kind: "swallow" }
  /** A whole scan, without its end. */
  | { readonly kind: "scan"; readonly strokes: readonly Stroke[] };

export interface Pace {
  /** The scanner puts AIM identifiers in front (as calibrated): a `]` that opens a burst makes it a scan at any speed. */
  readonly aim: boolean;
  /** Whether a text so far is the beginning of a label that is not yet whole. */
  readonly incomplete: (strokes: readonly Stroke[]) => boolean;
}

export class Burst {
  private strokes: Stroke[] = [];
  private last = Number.NEGATIVE_INFINITY;

  constructor(private readonly pace: Pace) {}

  /** Hear one keydown. */
  hear(stroke: Stroke): Heard {
    if (isModifier(stroke)) return { kind: "pass" };
    if (isEnd(stroke)) return this.end(stroke);
    // A control key between a scanner's characters is part of what it sends: dropped, it would make another text of one.
    const inside = this.strokes.length > 0 && stroke.at - this.last <= MEAN_GAP;
    if (!isCharacter(stroke) && !inside) {
      this.strokes = [];
      return { kind: "pass" };
    }
    if (this.strokes.length > 0 && stroke.at - this.last > this.patience()) this.strokes = [];
    this.strokes.push(stroke);
    this.last = stroke.at;
    if (this.strokes.length === 1) return { kind: "pending", first: true };
    return this.isScan() ? { kind: "swallow" } : { kind: "pending", first: false };
  }

  /** Look whether silence has ended a scan; call it after `SILENCE` and after `STALL`. */
  silence(now: number): Heard {
    if (this.strokes.length === 0 || now - this.last < this.patience()) return { kind: "pass" };
    return this.finish();
  }

  private end(stroke: Stroke): Heard {
    const follows = stroke.at - this.last < ENTER_GUARD;
    const open = this.strokes.length > 0 && stroke.at - this.last <= STALL;
    if (open) {
      const heard = this.finish();
      if (heard.kind === "scan") return heard;
      // A person who types quickly and presses Enter submits a form; a scanner's Enter comes at a scanner's pace.
      return stroke.at - this.last <= MEAN_GAP ? { kind: "swallow" } : { kind: "pass" };
    }
    this.strokes = [];
    return follows && this.closedAt === this.last ? { kind: "swallow" } : { kind: "pass" };
  }

  private closedAt = Number.NaN;

  private finish(): Heard {
    const strokes = this.strokes;
    const scan = this.isScan();
    this.strokes = [];
    if (!scan) return { kind: "pass" };
    this.closedAt = this.last;
    return { kind: "scan", strokes };
  }

  private patience(): number {
    return this.isScan() && this.pace.incomplete(this.strokes) ? STALL : SILENCE;
  }

  private isScan(): boolean {
    const { length } = this.strokes;
    if (length < SHORTEST) return false;
    if (this.pace.aim && this.opensWithAim()) return true;
    // The median: one stall of a Bluetooth link does not make a person of a scanner.
    const gaps = this.strokes.slice(1).map(({ at }, place) => at - (this.strokes[place]?.at ?? at));
    const middle = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
    return middle < MEAN_GAP;
  }

  private opensWithAim(): boolean {
    const [first, second, third] = this.strokes;
    return first?.code === "BracketRight" && /^Key/.test(second?.code ?? "") && /^Digit/.test(third?.code ?? "");
  }
}
