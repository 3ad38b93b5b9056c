// What is done to a frame before it is decoded: one clean-up a frame, in rotation, because a hand holds still for several.
// Measured on 240 bad pictures of labels (`python3 dev.py bench decode`): each finds labels that the others do not.

/** Grey values, row by row, 0 black to 255 white. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray;
}

export type Pass = "plain" | "turned" | "smoothed" | "sharpened";

/** In the order in which frames get them; plain comes every other time, because most labels need nothing. */
export const ROTATION: readonly Pass[] = ["plain", "turned", "plain", "smoothed", "plain", "sharpened"];

export function clean(pass: Pass, frame: Grey): Grey {
  if (pass === "turned") return turned(frame);
  if (pass === "smoothed") return smoothed(frame);
  return pass === "sharpened" ? sharpened(frame) : frame;
}

/** A picture's grey values from RGBA bytes, by the weights of ITU-R BT.601. */
export function greyOf(rgba: Uint8ClampedArray, width: number, height: number): Grey {
  const pixels = new Uint8ClampedArray(width * height);
  for (let at = 0, from = 0; at < pixels.length; at += 1, from += 4) {
    pixels[at] = ((rgba[from] ?? 0) * 77 + (rgba[from + 1] ?? 0) * 150 + (rgba[from + 2] ?? 0) * 29) >> 8;
  }
  return { width, height, pixels };
}

/** The same as RGBA bytes, which is what the decoder takes. */
export function rgbaOf({ pixels }: Grey): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(pixels.length * 4);
  const words = new Uint32Array(rgba.buffer);
  for (let at = 0; at < pixels.length; at += 1) words[at] = 0xff000000 | ((pixels[at] ?? 0) * 0x010101);
  return rgba;
}

/**
 * The middle of the frame, turned by 45 degrees: the decoder looks for linear codes along rows and columns only. What is
 * cut out is as wide as the frame is high, which is what the guide box shows.
 */
function turned({ width, height, pixels }: Grey): Grey {
  const size = Math.min(width, height);
  const target = new Uint8ClampedArray(size * size);
  const middle = (size - 1) / 2;
  const step = Math.SQRT1_2;
  const lastColumn = width - 2;
  const lastRow = height - 2;
  for (let row = 0; row < size; row += 1) {
    let x = (width - 1) / 2 + (-middle - (row - middle)) * step;
    let y = (height - 1) / 2 + (-middle + (row - middle)) * step;
    for (let column = 0; column < size; column += 1, x += step, y += step) {
      const left = Math.min(Math.max(Math.floor(x), 0), lastColumn);
      const top = Math.min(Math.max(Math.floor(y), 0), lastRow);
      const across = Math.min(Math.max(x - left, 0), 1);
      const down = Math.min(Math.max(y - top, 0), 1);
      const at = top * width + left;
      const above = (pixels[at] ?? 0) * (1 - across) + (pixels[at + 1] ?? 0) * across;
      const below = (pixels[at + width] ?? 0) * (1 - across) + (pixels[at + width + 1] ?? 0) * across;
      target[row * size + column] = above * (1 - down) + below * down;
    }
  }
  return { width: size, height: size, pixels: target };
}

/** The mean of three by three: quiets the noise of low light and rime. The frame's very edge stays as it is. */
function smoothed({ width, height, pixels }: Grey): Grey {
  const target = new Uint8ClampedArray(pixels);
  // Sums of three rows, kept for the columns left of, at and right of the pixel: six additions a pixel.
  for (let row = 1; row < height - 1; row += 1) {
    const start = row * width;
    let left = column(pixels, start, width);
    let here = column(pixels, start + 1, width);
    for (let at = start + 1; at < start + width - 1; at += 1) {
      const right = column(pixels, at + 1, width);
      // A ninth, in whole numbers: 7282 / 65536.
      target[at] = ((left + here + right) * 7282) >> 16;
      left = here;
      here = right;
    }
  }
  return { width, height, pixels: target };
}

function column(pixels: Uint8ClampedArray, at: number, width: number): number {
  return (pixels[at - width] as number) + (pixels[at] as number) + (pixels[at + width] as number);
}

/** Unsharp masking: a blurred edge becomes steep again. */
function sharpened(frame: Grey): Grey {
  const blurred = smoothed(frame).pixels;
  const target = new Uint8ClampedArray(frame.pixels.length);
  for (let at = 0; at < target.length; at += 1) {
    target[at] = 3 * (frame.pixels[at] as number) - 2 * (blurred[at] as number);
  }
  return { width: frame.width, height: frame.height, pixels: target };
}
