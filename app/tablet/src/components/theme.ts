// A dark room keeps its dark: the choice is kept on the device; before one is made the device's own setting counts.
import { signal } from "@preact/signals";

const KEPT = "givre-dark";

export const dark = signal(remembered());

export function setDark(wanted: boolean): void {
  dark.value = wanted;
  try {
    localStorage.setItem(KEPT, wanted ? "1" : "0");
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
}

/** Follow the choice for as long as the page lives. */
export function followTheme(root: HTMLElement): void {
  dark.subscribe((is) => {
    root.dataset["theme"] = is ? "dark" : "light";
  });
}

function remembered(): boolean {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // Storage is refused: the device's own setting decides.
  }
  if (kept !== null) return kept === "1";
  return typeof matchMedia !== "undefined" && matchMedia("(prefers-color-scheme: dark)").matches;
}
