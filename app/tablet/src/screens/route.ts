// Which screen is shown: the address's fragment, so that a big screen can be opened on the board, and Back works.
import { signal } from "@preact/signals";

export interface Route {
  readonly screen: "scan" | "bag" | "step" | "board" | "dewars" | "settle" | "keys" | "count" | "scanner" | "move" | "shippers";
  readonly id: string;
  readonly step: string;
}

/** In the place of a bag's id: the step is about a therapy. */
export const NO_BAG = "-";

const SCREENS: ReadonlySet<string> = new Set(["bag", "step", "board", "dewars", "settle", "keys", "count", "scanner", "move", "shippers"]);

export const route = signal<Route>(read());
if (typeof addEventListener !== "undefined") addEventListener("hashchange", () => (route.value = read()));

export function go(...parts: readonly string[]): void {
  location.hash = `#/${parts.map(encodeURIComponent).join("/")}`;
}

function read(): Route {
  const [screen = "", id = "", step = ""] = typeof location === "undefined" ? [] : location.hash.slice(2).split("/").map(decoded);
  return SCREENS.has(screen) ? { screen: screen as Route["screen"], id, step } : { screen: "scan", id: "", step: "" };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
