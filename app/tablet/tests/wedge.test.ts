import { appendFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CALIBRATION, calibrate } from "../src/core/wedge/calibration.ts";
import { decode } from "../src/core/wedge/decoder.ts";
import { typed } from "./wedge-hosts.ts";
import { EACH, SETTINGS, simulate, total } from "./wedge-simulation.ts";

const us = { host: "us", places: true };
/** Layouts under which everything that labels need, AIM prefix included, has a name of its own. */
const TOLD_BY_NAME = ["us", "fr", "fr-azerty", "fr-bepo", "be"];
const azerty = { host: "fr", places: true };

describe("a wedge scanner without calibration", () => {
  it("is read through every layout: 37,200 scans, none wrong, at most one in a thousand asked about", () => {
    const tallies = simulate(1, EACH, false);
    const sum = total(tallies.values());
    const report = process.env["GIVRE_BENCH_WEDGE"];
    if (report) appendFileSync(report, JSON.stringify({ each: Object.fromEntries(tallies), total: sum }));
    expect(sum.scans).toBe(37_200);
    expect(sum.wrong).toBe(0);
    expect(sum.ambiguous).toBeLessThanOrEqual(37);
    expect(sum.refused).toBe(0);
    expect(sum.right + sum.ambiguous + sum.untypable).toBe(sum.scans);
  });

  it("asks where two texts make sense, and shows what came where none does", () => {
    // On AZERTY without places, `=%` and `=5` change places: blood groups or a donation number cut short.
    const strokes = typed("nothing we know", azerty);
    expect(decode(strokes ?? [])).toMatchObject({ kind: "refused", reading: { reason: "unknown-format" } });
  });

  it("believes no GS1 text whose separator was lost", () => {
    const lost = typed("]d201034531200000111726123110ABC2112345", us);
    expect(decode(lost ?? [])).toMatchObject({ kind: "refused", reading: { reason: "gs1-ambiguous" } });
  });

  it("takes a separator as Ctrl and the bracket, as F8, and as Alt with keypad digits", () => {
    const text = "]d2010345312000001110ABC\x1d2112345";
    const strokes = typed(text, us) ?? [];
    const place = strokes.findIndex(({ ctrl }) => ctrl);
    const at = strokes[place]?.at ?? 0;
    const f8 = { code: "F8", key: "F8", shift: false, ctrl: false, alt: false, at };
    const keypad = [..."0029"].map((digit) => ({ code: `Numpad${digit}`, key: digit, shift: false, ctrl: false, alt: true, at }));
    for (const sent of [strokes, strokes.with(place, f8), strokes.toSpliced(place, 1, ...keypad)]) {
      expect(decode(sent)).toMatchObject({ kind: "accepted", text });
    }
  });

  it("refuses a text with a control key in it", () => {
    const strokes = typed("=A99992112345600", us) ?? [];
    const control = { code: "KeyD", key: "d", shift: false, ctrl: true, alt: false, at: 9 };
    expect(decode(strokes.toSpliced(3, 0, control))).toMatchObject({ kind: "refused" });
  });
});

describe("the calibration label", () => {
  it("makes every setting sure, without the places of keys too", () => {
    const settings = [...SETTINGS, ...TOLD_BY_NAME.map((host) => ({ host, places: false }))];
    const sum = total(simulate(2, 40, true, settings).values());
    expect(sum.wrong).toBe(0);
    expect(sum.refused).toBe(0);
    expect(sum.ambiguous).toBe(0);
  });

  it.each(["de", "ch-fr"])("says that %s cannot be read without places", (host) => {
    // Their dead keys swallow the characters that labels begin with.
    expect(calibrate(typed(CALIBRATION, { host, places: false }) ?? [])).toEqual({ kind: "confused" });
  });

  it("tells what a device does: places, prefix, lost separators, pace", () => {
    const prefixed = calibrate(typed(`]d1${CALIBRATION}`, azerty, 12) ?? []);
    expect(prefixed).toMatchObject({ kind: "calibration", mode: "code", aim: true, separator: "$", pace: 12 });
    const without = calibrate(typed(CALIBRATION.replace("\x1d", ""), { ...azerty, places: false }) ?? []);
    expect(without).toMatchObject({ kind: "calibration", mode: "map", aim: false, separator: "" });
  });

  it("leaves no doubt about a character that the label has twice", () => {
    const strokes = (text: string) => typed(text, { host: "fr", places: false }) ?? [];
    const learnt = calibrate(strokes(CALIBRATION));
    const label = "='A9999KKKKKK";
    expect(learnt.kind === "calibration" && decode(strokes(label), {}, learnt)).toMatchObject({ text: label });
  });

  it("sees through Caps Lock where no places are told", () => {
    const swapped = (text: string): string =>
      [...text].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join("");
    const locked = (text: string) => (typed(swapped(text), us) ?? []).map((stroke) => ({ ...stroke, code: "" }));
    const learnt = calibrate(locked(CALIBRATION));
    expect(learnt.kind).toBe("calibration");
    if (learnt.kind !== "calibration") return;
    expect(decode(locked("=A99992112345600"), {}, learnt)).toMatchObject({ kind: "accepted", text: "=A99992112345600" });
  });

  it("is refused in part, and where too much arrives as the same", () => {
    const strokes = typed(CALIBRATION, us) ?? [];
    expect(calibrate(strokes.slice(4))).toEqual({ kind: "too-short" });
    expect(calibrate([...strokes, ...strokes])).toEqual({ kind: "too-long" });
    expect(calibrate(strokes.map((stroke) => ({ ...stroke, code: "", ctrl: false, key: "x" })).slice(1))).toEqual({ kind: "confused" });
  });
});
