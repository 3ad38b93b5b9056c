// Keyboard-wedge and Bluetooth scanners: every key stroke of the page is heard before anything else of the page hears it.
import type { Declared } from "../core/barcodes/reader.ts";
import type { Calibration, CalibrationProblem } from "../core/wedge/calibration.ts";
import { calibrate } from "../core/wedge/calibration.ts";
import type { Heard } from "../core/wedge/burst.ts";
import { Burst, SILENCE, STALL } from "../core/wedge/burst.ts";
import { decode } from "../core/wedge/decoder.ts";
import type { Stroke } from "../core/wedge/strokes.ts";
import { isSeparator } from "../core/wedge/strokes.ts";
import { doubted, scanned } from "./scans.ts";

type Field = HTMLInputElement | HTMLTextAreaElement;
const INCOMPLETE = new Set(["length", "count-mismatch", "internal-syntax", "gs1-syntax"]);

let calibration: Calibration | null = null;
let declared: Declared = {};
let learning: ((learnt: Calibration | CalibrationProblem) => void) | null = null;
/** As things stand at each stroke: what is learnt in the middle of a scan loses none of it. */
const burst = new Burst({
  get aim() {
    return calibration?.aim ?? false;
  },
  incomplete: (strokes) => {
    if (learning) return true;
    const decoded = decode(strokes, declared, calibration);
    return decoded.kind === "refused" && INCOMPLETE.has(decoded.reading.reason);
  },
});
let before: { readonly field: Field; readonly value: string } | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** What the scanner of this device was found to do, and what the site has declared. */
export function setWedge(known: { readonly calibration: Calibration | null; readonly declared: Declared }): void {
  ({ calibration, declared } = known);
}

/** The next scan is of the calibration label; resolves with what it tells. */
export function learn(): Promise<Calibration | CalibrationProblem> {
  return new Promise((resolve) => {
    learning = resolve;
  });
}

/** Nobody waits for a calibration any more: the next scan is a scan. */
export function forget(): void {
  learning = null;
}

/** Hear the page's keys, before any field or button does; returns how to stop. */
export function startWedge(page: Document): () => void {
  const heard = (event: KeyboardEvent): void => hear(event);
  page.addEventListener("keydown", heard, { capture: true });
  return () => {
    page.removeEventListener("keydown", heard, { capture: true });
    clearTimeout(timer);
  };
}

function hear(event: KeyboardEvent): void {
  if (event.isComposing || event.repeat || event.metaKey) return;
  const altGr = event.getModifierState("AltGraph");
  const stroke: Stroke = {
    code: event.code,
    key: event.key,
    shift: event.shiftKey,
    ctrl: event.ctrlKey || altGr,
    alt: event.altKey || altGr,
    at: event.timeStamp,
  };
  const field = event.target instanceof HTMLElement && isField(event.target) ? event.target : null;
  const told = burst.hear(stroke);
  if (told.kind === "pending" && told.first) before = field && { field, value: field.value };
  if (told.kind === "swallow" || told.kind === "scan" || isSeparator(stroke)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  clearTimeout(timer);
  if (told.kind === "scan") finish(told);
  else timer = setTimeout(lookForSilence, SILENCE + 1);
}

function lookForSilence(): void {
  const told = burst.silence(performance.now());
  if (told.kind === "scan") finish(told);
  else timer = setTimeout(() => finish(burst.silence(performance.now())), STALL - SILENCE);
}

function finish(told: Heard): void {
  if (told.kind !== "scan") return;
  // What the first strokes left in a field was no typing.
  if (before?.field.isConnected) {
    before.field.value = before.value;
    before.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  before = null;
  if (learning) {
    const learnt = calibrate(told.strokes);
    const resolve = learning;
    learning = null;
    resolve(learnt);
    return;
  }
  const decoded = decode(told.strokes, declared, calibration);
  if (decoded.kind === "ambiguous") doubted({ candidates: decoded.candidates });
  else {
    const text = decoded.kind === "accepted" ? decoded.text : decoded.raw;
    scanned({ text, symbology: null, source: "scanner", reading: decoded.reading });
  }
}

function isField(element: HTMLElement): element is Field {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}
