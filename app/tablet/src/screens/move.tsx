// A box, a rack, a tower or a whole dewar goes elsewhere as one act: where, what was scanned, and what came of it.
import { useSignal } from "@preact/signals";
import { Back, Check } from "../components/icons.tsx";
import { length } from "../components/clock.tsx";
import { t } from "../i18n/index.ts";
import { MoveScan } from "./move-scan.tsx";
import { held, w } from "./move-state.ts";
import { MoveWhere } from "./move-where.tsx";
import { go, route } from "./route.ts";

/** What the service says of a move that it took. */
export interface Moved {
  readonly scope: string;
  readonly to: string;
  readonly bags: readonly { readonly exposure_s: number }[];
  readonly deviations: readonly string[];
}

export function Move() {
  const { id: dewar, step: scope } = route.value;
  const moved = useSignal<Moved | "kept" | null>(null);
  if (moved.value) return <Report moved={moved.value} />;
  const mine = held.value?.dewar === dewar ? held.value : null;
  return (
    <section class="step-screen move-screen">
      <header class="step-head">
        <button type="button" class="quiet" onClick={() => go("dewars", dewar)}>
          <Back /> {t("nav.back")}
        </button>
        <div>
          <h1>{w("move.title")}</h1>
          <p>{mine ? w("move.from", { from: mine.plan.scope, to: mine.plan.to }) : w("move.lead")}</p>
        </div>
      </header>
      {mine ? <MoveScan mine={mine} done={(told) => (moved.value = told)} /> : <MoveWhere dewar={dewar} scope={scope} />}
    </section>
  );
}

function Report({ moved }: { readonly moved: Moved | "kept" }) {
  const on = (
    <button type="button" class="primary big" onClick={() => go("dewars")}>
      {t("verdict.go")}
    </button>
  );
  if (moved === "kept") {
    return (
      <section>
        <p class="card warn large" role="status">
          {w("move.kept")}
        </p>
        {on}
      </section>
    );
  }
  return (
    <section>
      <h1>{w("move.report")}</h1>
      <p class="large" role="status">
        <Check /> {w("move.reportBags", { count: moved.bags.length, from: moved.scope, to: moved.to })}
      </p>
      <p>{w("move.reportOut", { time: length(Math.max(0, ...moved.bags.map(({ exposure_s }) => exposure_s))) })}</p>
      {moved.deviations.length > 0 && <p class="problem">{w("move.reportDeviations", { count: moved.deviations.length })}</p>}
      {on}
    </section>
  );
}
