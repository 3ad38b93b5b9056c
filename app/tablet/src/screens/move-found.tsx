// What is in the way of a move: bags from elsewhere, bags that are missing, and what the service said of each.
import { Cross } from "../components/icons.tsx";
import { held, w } from "./move-state.ts";
import type { Moving, Stranger, ToScan } from "./moving.ts";
import { placeIn } from "./parts.ts";
import { go } from "./route.ts";

/** What the service found in the way of a move that it refused. */
export interface Found {
  readonly missing: readonly { readonly position: string }[];
  readonly strange: readonly { readonly scan: number; readonly outcome: "elsewhere" | "unknown" | "unreadable"; readonly recorded: string | null }[];
  readonly placeless: readonly string[];
  readonly blocked: readonly { readonly position: string; readonly to: string; readonly reasons: readonly { readonly detail: string }[] }[];
}

interface StrangersProps {
  readonly moving: Moving;
  readonly scope: string;
  readonly dewar: string;
  readonly remove: (one: Stranger) => void;
}

export function Strangers({ moving: { strangers }, scope, dewar, remove }: StrangersProps) {
  if (strangers.length === 0) return null;
  return (
    <section class="card strange" role="alert">
      <h2>
        <Cross /> {w("move.stranger")}
      </h2>
      <p>{w("move.strangerHelp")}</p>
      <ul class="items">
        {strangers.map((one) => (
          <li key={one.texts.join()}>
            <p>
              <strong>{!one.known ? w("move.strangerUnknown") : one.recorded === null ? w("move.strangerNowhere") : w("move.strangerAt", { place: one.recorded })}</strong>
            </p>
            <code class="code">{one.texts.join(" ")}</code>
            <div class="ways">
              <button type="button" onClick={() => remove(one)}>
                {w("move.remove")}
              </button>
            </div>
          </li>
        ))}
      </ul>
      <CountIt dewar={dewar} scope={scope} />
    </section>
  );
}

interface MissingProps {
  readonly left: readonly ToScan[];
  readonly scope: string;
  readonly dewar: string;
  readonly told: boolean;
}

/** Told once it is back in the cold: before that everything is still to be scanned. */
export function TheMissing({ left, scope, dewar, told }: MissingProps) {
  if (left.length === 0 || !told) return null;
  return (
    <section class="card warn" role="alert">
      <p class="large">{w("move.missing", { count: left.length, places: left.map(({ position }) => placeIn(scope, position)).join(", ") })}</p>
      <CountIt dewar={dewar} scope={scope} />
    </section>
  );
}

/** The way to a count of the same part; what was scanned is forgotten with it, as a count opens everything anew. */
function CountIt({ dewar, scope }: { readonly dewar: string; readonly scope: string }) {
  if (!scope.includes("-")) return null;
  return (
    <button
      type="button"
      onClick={() => {
        held.value = null;
        go("count", dewar, scope);
      }}
    >
      {w("move.count", { code: scope })}
    </button>
  );
}

export function FoundList({ found, scope }: { readonly found: Found; readonly scope: string }) {
  const strange = { elsewhere: "move.blockedElsewhere", unknown: "move.blockedUnknown", unreadable: "move.blockedUnreadable" } as const;
  const lines: readonly (readonly [string, string])[] = [
    ...found.missing.map(({ position }) => [placeIn(scope, position), w("move.blockedMissing")] as const),
    ...found.strange.map(({ scan, outcome, recorded }) => [w("move.blockedScan", { number: scan }), w(strange[outcome], { place: recorded ?? "–" })] as const),
    ...found.placeless.map((position) => [placeIn(scope, position), w("move.placeless")] as const),
    ...found.blocked.map(({ position, reasons }) => [placeIn(scope, position), reasons.map(({ detail }) => detail).join(" ")] as const),
  ];
  if (lines.length === 0) return null;
  return (
    <section class="card warn" aria-label={w("move.blocked")}>
      <h2>{w("move.blocked")}</h2>
      <ul>
        {lines.map(([place, why]) => (
          <li key={place + why}>
            <strong>{place}</strong> : {why}
          </li>
        ))}
      </ul>
    </section>
  );
}
