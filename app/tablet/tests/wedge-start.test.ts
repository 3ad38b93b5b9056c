import { afterEach, describe, expect, it } from "vitest";
import type { Scan } from "../src/device/scans.ts";
import { listen } from "../src/device/scans.ts";
import { setWedge, startWedge } from "../src/device/wedge.ts";

// A page's elements, of which none has the keys here.
class Element {}
Object.assign(globalThis, { HTMLElement: Element, HTMLInputElement: Element, HTMLTextAreaElement: Element });

const CODES: Readonly<Record<string, string>> = { "=": "Equal" };
const LABEL = "=A99992112345600";

describe("a scan at the very start", () => {
  const heard: Scan[] = [];
  let hear: (event: unknown) => void = () => undefined;
  const page = { addEventListener: (_: string, heard: typeof hear) => (hear = heard), removeEventListener: () => undefined };
  const stop = startWedge(page as unknown as Document);
  const leave = listen({ scanned: (scan) => heard.push(scan), doubted: () => undefined });
  afterEach(() => {
    stop();
    leave();
  });

  it("loses no stroke when what is kept of the scanner is read in the middle of it", () => {
    [...LABEL, "Enter"].forEach((key, place) => {
      if (place === 5) setWedge({ calibration: null, declared: {} });
      const code = CODES[key] ?? (/\d/.test(key) ? `Digit${key}` : key === "Enter" ? key : `Key${key}`);
      const quiet = { getModifierState: () => false, preventDefault: () => undefined, stopImmediatePropagation: () => undefined };
      hear({ ...quiet, code, key, shiftKey: /[A-Z]/.test(key) && key !== "Enter", ctrlKey: false, altKey: false, timeStamp: place });
    });
    expect(heard.map(({ text }) => text)).toEqual([LABEL]);
  });
});
