// What is heard and felt: a read ticks, an acceptance rises, a WRONG growls and does not stop by itself.
// A scanner's own beep means "decoded" and is taken for approval; so none of ours sounds like it.

import { painted } from "./later.ts";

let context: AudioContext | null = null;
let growling: ReturnType<typeof setInterval> | undefined;

/** Browsers let a page sound only after it was touched: call this on a touch or a key. */
export function wakeSound(): void {
  if (typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume().catch(() => undefined);
}

// What is seen comes first: no sound is built while somebody waits for the screen.

export function signalRead(): void {
  void painted().then(() => tone(1_150, 0, 0.04, "sine", 0.12));
}

export function signalAccepted(): void {
  void painted().then(() => {
    tone(587, 0, 0.14, "triangle", 0.35);
    tone(880, 0.15, 0.3, "triangle", 0.35);
    vibrate([90]);
  });
}

/** Until `stopWrong`: a low growl every few seconds. */
export function signalWrong(): void {
  stopWrong();
  const mine = setInterval(growl, 3_000);
  growling = mine;
  void painted().then(() => growling === mine && growl());
}

export function stopWrong(): void {
  clearInterval(growling);
  growling = undefined;
}

function growl(): void {
  for (const start of [0, 0.32, 0.64]) tone(155, start, 0.24, "sawtooth", 0.5);
  vibrate([350, 120, 350, 120, 350]);
}

function tone(frequency: number, start: number, length: number, type: OscillatorType, loud: number): void {
  if (context?.state !== "running") return;
  const at = context.currentTime + start;
  const oscillator = new OscillatorNode(context, { type, frequency });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.linearRampToValueAtTime(loud, at + 0.01);
  gain.gain.setValueAtTime(loud, at + length - 0.03);
  gain.gain.linearRampToValueAtTime(0, at + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + length);
}

function vibrate(pattern: number[]): void {
  // Chromium refuses it before the first touch, and says so in the console: ask first.
  if (navigator.userActivation?.hasBeenActive ?? false) navigator.vibrate?.(pattern);
}
