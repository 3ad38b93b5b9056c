// One frame through one clean-up and the decoder. The WebAssembly comes from our own address, never from elsewhere.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import type { Decoded } from "../core/camera/acceptance.ts";
import type { Grey, Pass } from "../core/camera/passes.ts";
import { clean, rgbaOf } from "../core/camera/passes.ts";
import { FORMATS, decodedOf } from "../core/camera/symbologies.ts";

const OPTIONS = {
  formats: [...FORMATS],
  tryHarder: true,
  tryRotate: true,
  tryInvert: false,
  tryDownscale: true,
  textMode: "Plain",
  maxNumberOfSymbols: 4,
} as const;

/** Say where the decoder's WebAssembly is, or hand it in; it is compiled at once. */
export async function prepareDecoder(wasm: string | ArrayBuffer): Promise<void> {
  const overrides = typeof wasm === "string" ? { locateFile: () => wasm } : { wasmBinary: wasm };
  await prepareZXingModule({ overrides, fireImmediately: true });
}

/** Every different symbol in the picture after that clean-up. */
export async function decode(frame: Grey, pass: Pass): Promise<Decoded[]> {
  const cleaned = clean(pass, frame);
  const { width, height } = cleaned;
  const picture = { data: rgbaOf(cleaned), width, height, colorSpace: "srgb" } as ImageData;
  const results = await readBarcodes(picture, { ...OPTIONS, formats: [...OPTIONS.formats] });
  const found = results.filter(({ isValid }) => isValid).map(decodedOf);
  return [...new Map(found.map((one) => [`${one.symbology} ${one.text}`, one])).values()];
}
