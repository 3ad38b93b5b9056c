// What page and decoder say to each other. Pixels are handed over, not copied.
import type { Pass } from "../core/camera/passes.ts";
import type { Decoded } from "../core/camera/acceptance.ts";

/** A frame of the camera with the clean-up it gets, or (`pass` "all") a photograph that gets them one after the other. */
export interface Frame {
  readonly id: number;
  readonly pass: Pass | "all";
  readonly width: number;
  readonly height: number;
  readonly rgba: ArrayBuffer;
}

/** `took` is in milliseconds, clean-up included. */
export interface Answer {
  readonly id: number;
  readonly found: readonly Decoded[];
  readonly took: number;
}
