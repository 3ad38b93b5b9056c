// What a count found against what was recorded, told once it is closed.
import { Check, Cross } from "../components/icons.tsx";
import { t } from "../i18n/index.ts";
import { BagLine } from "./bag-line.tsx";
import { go } from "./route.ts";

export interface Report {
  readonly agreeing: number;
  readonly unvisited: readonly string[];
  readonly deviations: readonly string[];
  readonly differences: readonly {
    readonly kind: "missing" | "misplaced" | "stranger" | "unreadable";
    readonly position: string;
    readonly bag: string | null;
    readonly recorded: string | null;
  }[];
}

export function CountReport({ report }: { readonly report: Report }) {
  return (
    <section class="count-report">
      <h1>{t("count.report")}</h1>
      <Findings report={report} />
      <button type="button" class="primary big" onClick={() => go("dewars")}>
        {t("verdict.go")}
      </button>
    </section>
  );
}

/** The differences, with the bags that they are about. */
export function Findings({ report: { agreeing, unvisited, deviations, differences } }: { readonly report: Report }) {
  return (
    <>
      <p class="large">
        <Check /> {t("count.agreeing", { count: agreeing })}
      </p>
      {differences.length === 0 && <p class="large">{t("count.none")}</p>}
      <ul class="items">
        {differences.map((one) => (
          <li key={one.kind + one.position} class="card warn">
            <p class="large">
              <Cross /> {t(`count.${one.kind}`, { place: one.position, recorded: one.recorded ?? "–" })}
            </p>
            <BagLine id={one.bag} />
          </li>
        ))}
      </ul>
      {unvisited.length > 0 && <p class="problem">{t("count.unvisited", { places: unvisited.join(", ") })}</p>}
      {deviations.length > 0 && <p>{t("count.deviations", { count: deviations.length })}</p>}
    </>
  );
}
