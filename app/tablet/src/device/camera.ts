// The tablet's camera: frames to the decoder, one at a time; its light; and photographs for where the camera refuses.
import { Acceptance } from "../core/camera/acceptance.ts";
import type { Decoded } from "../core/camera/acceptance.ts";
import type { Pass } from "../core/camera/passes.ts";
import { ROTATION } from "../core/camera/passes.ts";
import type { Declared } from "../core/barcodes/reader.ts";
import { read } from "../core/barcodes/reader.ts";
import type { Answer, Frame } from "../worker/protocol.ts";
import { scanned } from "./scans.ts";

/** The frame's width that is asked for: more makes it slower, and finds no more. */
const WIDTH = 1280;
const HEIGHT = 720;
/** A decoder that says nothing for this long (milliseconds) is started anew. */
const PATIENCE = 5_000;

/**
 * The guide box, in parts of the frame: a donation number in Code 128 needs 2 pixels a module, 330 across; a Data Matrix of
 * 26 modules 3, that is 90. Twice that is comfortable for a hand.
 */
export const GUIDE = { width: 720 / WIDTH, height: 360 / HEIGHT } as const;

export type CameraProblem = "insecure" | "refused" | "absent" | "busy";

export interface Camera {
  /** Whether there is a light, and it is lit as asked. */
  readonly torch: (lit: boolean) => Promise<boolean>;
  readonly stop: () => void;
}

let worker: Worker | null = null;
let next = 0;
const waiting = new Map<number, (answer: Answer) => void>();

/**
 * Show the camera in a video element and scan what it sees, until stopped. Throws a `CameraProblem`. A page that is put
 * away loses its camera on some tablets: it is opened anew when the page is back.
 */
export async function startCamera(video: HTMLVideoElement, declared: Declared = {}): Promise<Camera> {
  let stream = await open();
  let stopped = false;
  const acceptance = new Acceptance();
  const show = async (): Promise<void> => {
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    await video.play();
  };
  await show();
  const again = (): void => {
    if (document.visibilityState !== "visible" || stopped) return;
    if (stream.getVideoTracks().some(({ readyState, muted }) => readyState === "live" && !muted)) return;
    void open().then((opened) => {
      stream = opened;
      return show();
    }, () => undefined);
  };
  document.addEventListener("visibilitychange", again);
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const run = async (): Promise<void> => {
    for (let frame = 0; !stopped; frame += 1) {
      await new Promise(requestAnimationFrame);
      const picture = grab(canvas, video, video.videoWidth, video.videoHeight);
      if (!picture) continue;
      const { found } = await ask(picture, ROTATION[frame % ROTATION.length] ?? "plain");
      const accepted = stopped ? null : acceptance.take(found, performance.now());
      if (accepted) tell(accepted, declared);
    }
  };
  void run();
  return {
    torch: async (lit) => {
      const [track] = stream.getVideoTracks();
      try {
        // The constraint is not in TypeScript's list; tablets that have a light know it.
        await track?.applyConstraints({ advanced: [{ torch: lit } as MediaTrackConstraintSet] });
        return Boolean((track?.getSettings() as { torch?: boolean } | undefined)?.torch) === lit;
      } catch {
        return false;
      }
    },
    stop: () => {
      stopped = true;
      document.removeEventListener("visibilitychange", again);
      for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
    },
  };
}

/** Read a photograph through every clean-up; true when exactly one symbol was in it, which is then scanned. */
export async function readPhoto(photo: Blob, declared: Declared = {}): Promise<boolean> {
  const bitmap = await createImageBitmap(photo);
  const scale = Math.min(1, (1.5 * WIDTH) / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  const picture = grab(canvas, bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  if (!picture) return false;
  const { found } = await ask(picture, "all");
  const [only, ...others] = found;
  if (!only || others.length > 0) return false;
  tell(only, declared);
  return true;
}

async function open(): Promise<MediaStream> {
  // The types say it is always there; on a page without TLS it is not.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw problem("insecure");
  const video = { facingMode: { ideal: "environment" }, width: { ideal: WIDTH }, height: { ideal: HEIGHT } };
  try {
    return await devices.getUserMedia({ video, audio: false });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError") throw problem("refused");
    if (name === "NotReadableError") throw problem("busy");
    // Some home-screen apps show black unless asked for any camera at all.
    return devices.getUserMedia({ video: true }).catch(() => {
      throw problem("absent");
    });
  }
}

function problem(kind: CameraProblem): Error {
  return Object.assign(new Error(`camera: ${kind}`), { kind });
}

function grab(canvas: OffscreenCanvas, source: CanvasImageSource, width: number, height: number): ImageData | null {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context || !width || !height) return null;
  if (source instanceof HTMLVideoElement) {
    canvas.width = Math.min(width, WIDTH);
    canvas.height = Math.round((height * canvas.width) / width);
  }
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function ask(picture: ImageData, pass: Pass | "all"): Promise<Answer> {
  const id = (next += 1);
  const rgba = picture.data.buffer;
  const frame: Frame = { id, pass, width: picture.width, height: picture.height, rgba };
  return new Promise((resolve) => {
    const nothing = (): void => {
      worker?.terminate();
      worker = null;
      settle({ id, found: [], took: PATIENCE });
    };
    const late = setTimeout(nothing, PATIENCE);
    const settle = (answer: Answer): void => {
      clearTimeout(late);
      waiting.delete(id);
      resolve(answer);
    };
    waiting.set(id, settle);
    decoder().postMessage(frame, [rgba]);
  });
}

function decoder(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL("../worker/decoder.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => waiting.get(data.id)?.(data));
  return worker;
}

function tell({ text, symbology }: Decoded, declared: Declared): void {
  const reading = read({ text, symbology, source: "camera" }, declared);
  scanned({ text, symbology, source: "camera", reading });
}
