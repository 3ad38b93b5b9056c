// The decoder beside the page: frames in, symbols out. The page stays smooth however hard a frame is.
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { Pass } from "../core/camera/passes.ts";
import { greyOf } from "../core/camera/passes.ts";
import { decode, prepareDecoder } from "./decode.ts";
import type { Answer, Frame } from "./protocol.ts";

declare const self: DedicatedWorkerGlobalScope;

const ALL: readonly Pass[] = ["plain", "turned", "smoothed", "sharpened"];
const ready = prepareDecoder(wasm);

self.addEventListener("message", (event: MessageEvent<Frame>) => void answer(event.data));

async function answer({ id, pass, width, height, rgba }: Frame): Promise<void> {
  await ready;
  const began = performance.now();
  const grey = greyOf(new Uint8ClampedArray(rgba), width, height);
  let found: Answer["found"] = [];
  for (const one of pass === "all" ? ALL : [pass]) {
    found = await decode(grey, one);
    if (found.length > 0) break;
  }
  self.postMessage({ id, found, took: performance.now() - began } satisfies Answer);
}

export {};
