import { describe, expect, it } from "vitest";
import { decode } from "../src/core/wedge/decoder.ts";
import type { Heard, Pace } from "../src/core/wedge/burst.ts";
import { Burst, ENTER_GUARD, SILENCE, STALL } from "../src/core/wedge/burst.ts";
import type { Stroke } from "../src/core/wedge/strokes.ts";
import { enter, typed } from "./wedge-hosts.ts";

const us = { host: "us", places: true };
const DIN = "=A99992112345600";
const whole: Pace = { aim: false, incomplete: () => false };
const growing: Pace = {
  aim: false,
  incomplete: (strokes) => {
    const decoded = decode(strokes);
    return decoded.kind === "refused" && decoded.reading.reason === "length";
  },
};

const keys = (text: string, pace = 8, from = 0): Stroke[] => typed(text, us, pace, from) ?? [];
const last = (strokes: Stroke[]): number => strokes.at(-1)?.at ?? 0;
const hearAll = (burst: Burst, strokes: Stroke[]): Heard[] => strokes.map((stroke) => burst.hear(stroke));
const scanned = (heard: Heard): string | null =>
  heard.kind === "scan" ? heard.strokes.map(({ key }) => key).join("") : null;

describe("a burst of keys", () => {
  it("is a scan when a scanner types it and ends with Enter, which nobody else sees", () => {
    const burst = new Burst(whole);
    const strokes = keys(DIN);
    const heard = hearAll(burst, strokes);
    expect(heard.map(({ kind }) => kind)).toEqual([
      ...Array<string>(5).fill("pending"),
      ...Array<string>(strokes.length - 5).fill("swallow"),
    ]);
    expect(scanned(burst.hear(enter(last(strokes) + 8)))).toBe(DIN);
  });

  it("is a scan after silence too, and the Enter that comes late is still the scanner's", () => {
    const burst = new Burst(whole);
    const strokes = keys(DIN);
    hearAll(burst, strokes);
    expect(burst.silence(last(strokes) + SILENCE - 1).kind).toBe("pass");
    expect(scanned(burst.silence(last(strokes) + SILENCE))).toBe(DIN);
    expect(burst.hear(enter(last(strokes) + ENTER_GUARD - 1)).kind).toBe("swallow");
    expect(burst.hear(enter(last(strokes) + ENTER_GUARD + 1)).kind).toBe("pass");
  });

  it("is a person's when it is slow or short, and their Enter is theirs", () => {
    const slow = new Burst(whole);
    const strokes = keys(DIN, 60);
    expect(hearAll(slow, strokes).every(({ kind }) => kind === "pending")).toBe(true);
    expect(slow.hear(enter(last(strokes) + 60)).kind).toBe("pass");
    const short = new Burst(whole);
    hearAll(short, keys("1234", 8));
    expect(short.hear(enter(200)).kind).toBe("pass");
    expect(new Burst(whole).hear(enter(0)).kind).toBe("pass");
  });

  it("keeps a short scan's Enter away from buttons too", () => {
    const burst = new Burst(whole);
    const strokes = keys("123");
    hearAll(burst, strokes);
    expect(burst.hear(enter(last(strokes) + 8)).kind).toBe("swallow");
  });

  it("goes on through a stall of Bluetooth while the label is not whole, and no longer", () => {
    const stalled = [...keys(DIN.slice(0, 9)), ...keys(DIN.slice(9), 8, 9 * 8 + 250)];
    const burst = new Burst(growing);
    hearAll(burst, stalled.slice(0, 9));
    expect(burst.silence(last(stalled.slice(0, 9)) + SILENCE + 1).kind).toBe("pass");
    hearAll(burst, stalled.slice(9));
    expect(scanned(burst.hear(enter(last(stalled) + 8)))).toBe(DIN);

    const cut = new Burst(growing);
    hearAll(cut, keys(DIN.slice(0, 9)));
    expect(scanned(cut.silence(9 * 8 + STALL + 1))).toBe(DIN.slice(0, 9));
  });

  it("never runs into the next scan", () => {
    const burst = new Burst(whole);
    hearAll(burst, keys(DIN));
    burst.hear(enter(200));
    const second = keys("=A99992199999900", 8, 400);
    hearAll(burst, second);
    expect(scanned(burst.hear(enter(last(second) + 8)))).toBe("=A99992199999900");
  });

  it("needs no speed where the scanner puts AIM identifiers in front", () => {
    const burst = new Burst({ aim: true, incomplete: () => false });
    const strokes = keys(`]C0${DIN}`, 90);
    hearAll(burst, strokes);
    expect(scanned(burst.hear(enter(last(strokes) + 90)))).toBe(`]C0${DIN}`);
  });

  it("keeps a control key in its place, and drops a person's shortcut", () => {
    const control = (at: number): Stroke => ({ code: "KeyD", key: "d", shift: false, ctrl: true, alt: false, at });
    const burst = new Burst(whole);
    const strokes = keys(DIN).toSpliced(4, 0, control(28));
    hearAll(burst, strokes);
    const heard = burst.hear(enter(last(strokes) + 8));
    expect(heard.kind === "scan" && heard.strokes.length).toBe(DIN.length + 1);
    expect(burst.hear(control(5000)).kind).toBe("pass");
  });

  it("hears nothing in modifiers", () => {
    const shift: Stroke = { code: "ShiftLeft", key: "Shift", shift: true, ctrl: false, alt: false, at: 3 };
    const burst = new Burst(whole);
    const strokes = keys(DIN).flatMap((stroke) => [{ ...shift, at: stroke.at }, stroke]);
    hearAll(burst, strokes);
    expect(scanned(burst.hear(enter(last(strokes) + 8)))).toBe(DIN);
  });
});
