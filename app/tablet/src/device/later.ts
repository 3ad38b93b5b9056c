// What may wait until whoever stands in front of the screen sees their verdict.

/** Milliseconds: more than a slow tablet draws a verdict in, and less than anybody takes to read it. */
const A_MOMENT = 150;

/** The same work, done a moment after it was asked for, once for everybody who asked meanwhile; what fails waits for the next to ask. */
export function later(work: () => Promise<void>): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      work().catch(() => undefined);
    }, A_MOMENT);
  };
}

/** Resolves when the frame that is being drawn is on its way to the screen; soon all the same where none is drawn. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    const hidden = setTimeout(resolve, A_MOMENT);
    requestAnimationFrame(() => {
      clearTimeout(hidden);
      setTimeout(resolve);
    });
  });
}
