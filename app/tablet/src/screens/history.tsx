// Everything that happened to a bag, the newest first; a refusal is shown as one.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { length } from "../components/clock.tsx";
import { Check, Cross } from "../components/icons.tsx";
import { moment } from "../components/times.ts";
import { stepOf } from "../device/catalogue.ts";
import { call } from "../device/service.ts";
import { say, t } from "../i18n/index.ts";
import type { HistoryItem } from "./correctable.ts";
import { textOf } from "./correctable.ts";
import { shown as shownAs } from "./correction.tsx";
import { shown } from "./verdict-state.ts";

export function History({ bag }: { readonly bag: string }) {
  const items = useSignal<readonly HistoryItem[]>([]);
  useEffect(() => {
    call<{ readonly items: readonly HistoryItem[] }>(`/api/v1/bags/${encodeURIComponent(bag)}/history`).then(
      (told) => (items.value = [...told.items].reverse()),
      // The bag's own request, beside this one, tells what is the matter.
      () => undefined,
    );
  }, [bag, shown.value]);
  return (
    <section>
      <h2>{t("bag.history")}</h2>
      <ol class="history">
        {items.value
          .filter(({ step }) => step !== null)
          .map((item) => (
            <Line key={item.id} item={item} />
          ))}
      </ol>
    </section>
  );
}

function Line({ item }: { readonly item: HistoryItem }) {
  const step = stepOf(item.step ?? "");
  const refused = item.outcome === "refused";
  const names = { actor: item.actor?.name ?? "–", witness: item.witness?.name ?? "–" };
  return (
    <li class={refused ? "refused" : ""}>
      {refused ? <Cross /> : <Check />}
      <span>
        <strong>{step ? say(step.labels) : item.step}</strong>
        {refused && <em> {t("bag.refused")}</em>}
        <small>
          {t(item.witness ? "bag.byTwo" : "bag.by", names)}
          {item.late && ` – ${t("bag.late", { by: length(item.late.by_seconds) })}`}
        </small>
        {item.corrections.map((one, place) => {
          const field = step?.fields.find(({ name }) => name === one.field);
          const value = (text: string | null): string => (field ? shownAs({ field }, textOf(text)) : textOf(text));
          return (
            <small key={place} class="corrected">
              {field ? say(field.labels) : one.field} : <s>{value(one.old)}</s> → <strong>{value(one.new)}</strong>
              {one.reason && ` – ${one.reason}`}
            </small>
          );
        })}
      </span>
      <time dateTime={item.occurred_at}>{moment(item.occurred_at)}</time>
    </li>
  );
}
