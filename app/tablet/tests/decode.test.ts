// The decoder as the worker uses it, over symbols drawn here; and over 240 bad pictures when the benchmark hands them in.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Acceptance, GONE_AFTER, READS_WITHIN } from "../src/core/camera/acceptance.ts";
import type { Grey, Pass } from "../src/core/camera/passes.ts";
import { ROTATION, clean, greyOf, rgbaOf } from "../src/core/camera/passes.ts";
import { decode, prepareDecoder } from "../src/worker/decode.ts";
import { writeBarcode } from "zxing-wasm/writer";
import { prepareZXingModule as prepareWriter } from "zxing-wasm/writer";

const require = createRequire(import.meta.url);
const wasm = (name: string): ArrayBuffer => {
  const bytes = readFileSync(require.resolve(`zxing-wasm/${name}/zxing_${name}.wasm`));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
};

beforeAll(async () => {
  await prepareDecoder(wasm("reader"));
  await prepareWriter({ overrides: { wasmBinary: wasm("writer") }, fireImmediately: true });
});

/** A grey frame with a symbol in its middle, so many pixels a module, turned by an angle in degrees. */
async function pictured(text: string, format: "Code128" | "DataMatrix", scale: number, angle = 0): Promise<Grey> {
  const { symbol } = await writeBarcode(text, { format, addQuietZones: false });
  const [width, height] = [1280, 720];
  const pixels = new Uint8ClampedArray(width * height).fill(200);
  const tall = format === "Code128" ? 80 : symbol.height * scale;
  const [wide, cos, sin] = [symbol.width * scale, Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [dx, dy] = [x - width / 2, y - height / 2];
      const [u, v] = [dx * cos + dy * sin + wide / 2, -dx * sin + dy * cos + tall / 2];
      if (u < -40 || v < -40 || u >= wide + 40 || v >= tall + 40) continue;
      const inside = u >= 0 && v >= 0 && u < wide && v < tall;
      const row = format === "Code128" ? 0 : Math.floor(v / scale);
      pixels[y * width + x] = inside ? (symbol.data[row * symbol.width + Math.floor(u / scale)] ?? 255) : 255;
    }
  }
  return { width, height, pixels };
}

const DIN = "=A99992112345600";

describe("the decoder", () => {
  it("reads a Code 128 and a Data Matrix as they are", async () => {
    expect(await decode(await pictured(DIN, "Code128", 3), "plain")).toEqual([
      { text: DIN, symbology: "code128", linear: true },
    ]);
    expect(await decode(await pictured(`=+02000${DIN}=%5100`, "DataMatrix", 6, 20), "plain")).toEqual([
      { text: `=+02000${DIN}=%5100`, symbology: "datamatrix", linear: false },
    ]);
  });

  it("reads a Code 128 that lies at 45 degrees by turning the frame, and not without", async () => {
    for (const angle of [45, -45, 135]) {
      const frame = await pictured(DIN, "Code128", 3, angle);
      expect(await decode(frame, "plain")).toEqual([]);
      expect((await decode(frame, "turned")).map(({ text }) => text)).toEqual([DIN]);
    }
  });

  it("finds nothing in nothing, whatever is done to it", async () => {
    const pixels = new Uint8ClampedArray(1280 * 720).fill(128);
    for (const pass of new Set(ROTATION)) expect(await decode({ width: 1280, height: 720, pixels }, pass)).toEqual([]);
  });
});

describe("a clean-up", () => {
  it("keeps a picture's size, or cuts out its middle square", () => {
    const frame = greyOf(new Uint8ClampedArray(4 * 64 * 36).fill(77), 64, 36);
    const size = (pass: Pass): [number, number] => [clean(pass, frame).width, clean(pass, frame).height];
    expect(size("plain")).toEqual([64, 36]);
    expect(size("smoothed")).toEqual([64, 36]);
    expect(size("sharpened")).toEqual([64, 36]);
    expect(size("turned")).toEqual([36, 36]);
    expect([...clean("sharpened", frame).pixels].every((value) => value === 77)).toBe(true);
    expect([...rgbaOf(frame).slice(0, 4)]).toEqual([77, 77, 77, 255]);
  });
});

describe("what counts as scanned", () => {
  const din = { text: DIN, symbology: "code128", linear: true };
  const other = { text: "=A99992199999900", symbology: "code128", linear: true };
  const matrix = { text: DIN, symbology: "datamatrix", linear: false };

  it("is a linear code read twice alike, soon after each other", () => {
    const acceptance = new Acceptance();
    expect(acceptance.take([din], 0)).toBeNull();
    expect(acceptance.take([], 40)).toBeNull();
    expect(acceptance.take([din], 80)).toBe(din);
    const slow = new Acceptance();
    expect(slow.take([din], 0)).toBeNull();
    expect(slow.take([din], READS_WITHIN)).toBeNull();
  });

  it("is no linear code that reads otherwise in between", () => {
    const acceptance = new Acceptance();
    expect([din, other, din].map((one, place) => acceptance.take([one], place * 40))).toEqual([null, null, null]);
  });

  it("is a Data Matrix at once, and a label in view once", () => {
    const acceptance = new Acceptance();
    expect(acceptance.take([matrix], 0)).toBe(matrix);
    expect(acceptance.take([matrix], 1_000)).toBeNull();
    expect(acceptance.take([matrix], 1_000 + GONE_AFTER - 1)).toBeNull();
    expect(acceptance.take([matrix], 1_000 + 2 * GONE_AFTER)).toBe(matrix);
  });

  it("is nothing while two labels are in view", () => {
    expect(new Acceptance().take([matrix, { ...matrix, text: "other" }], 0)).toBeNull();
  });
});

const pictures = process.env["GIVRE_BENCH_DECODE"];

describe.runIf(pictures)("bad pictures of labels", () => {
  it("are decoded frame by frame", { timeout: 600_000 }, async () => {
    const folder = pictures ?? "";
    const truth = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")) as { file: string; text: string }[];
    const results = [];
    for (const { file, text } of truth) {
      const frame = { width: 1280, height: 720, pixels: new Uint8ClampedArray(readFileSync(join(folder, file))) };
      // `seen`: the text is among what was decoded; `right` and `wrong`: it is all, and so it would be taken.
      const frames: { pass: Pass; took: number; seen: boolean; right: boolean; wrong: boolean }[] = [];
      for (const pass of ROTATION) {
        const began = performance.now();
        const found = await decode(frame, pass);
        const took = performance.now() - began;
        const seen = found.some((one) => one.text === text);
        const right = seen && found.length === 1;
        frames.push({ pass, took, seen, right, wrong: !seen && found.length === 1 });
        if (right) break;
      }
      results.push({ file, frames });
    }
    writeFileSync(join(folder, "results.json"), JSON.stringify(results));
  });
});
