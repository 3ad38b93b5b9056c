// What each label says of each field, as the service compared them; people do not compare by eye alone.
import { named, say, t } from "../i18n/index.ts";
import type { ComparisonRow } from "../screens/shapes.ts";
import { Check, Cross } from "./icons.tsx";

export function Comparison({ rows }: { readonly rows: readonly ComparisonRow[] }) {
  if (rows.length === 0) return null;
  const layers = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  return (
    <div class="scrolls" tabIndex={0} role="region" aria-label={t("comparison.title")}>
      <table class="comparison">
        <caption>{t("comparison.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("comparison.field")}</th>
            {layers.map((layer) => (
              <th scope="col" key={layer}>
                {named("layer", layer)}
              </th>
            ))}
            <th scope="col">=</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.field} class={row.verdict ?? "absent"}>
              <th scope="row">{row.labels ? say(row.labels) : named("field", row.field)}</th>
              {layers.map((layer) => (
                <td key={layer}>{row.values[layer] ?? "–"}</td>
              ))}
              <td class="said">
                {row.verdict === "agree" ? <Check /> : row.verdict === "differ" ? <Cross /> : null}
                {t(`comparison.${row.verdict ?? "absent"}`)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
