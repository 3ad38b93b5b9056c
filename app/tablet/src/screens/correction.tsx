// What was stated wrongly: choose the event, choose the field, see the old value beside the new one. Nothing is typed that the
// service knows.
import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Field } from "../components/field.tsx";
import { moment } from "../components/times.ts";
import { stepOf } from "../device/catalogue.ts";
import { call } from "../device/service.ts";
import { named, say, t } from "../i18n/index.ts";
import type { Correctable, HistoryItem } from "./correctable.ts";
import { correctable, newText, shownValue } from "./correctable.ts";
import type { Entries, Entry } from "./statements.ts";

interface Props {
  readonly bag: string;
  readonly entries: Signal<Entries>;
}

export function CorrectionFields({ bag, entries }: Props) {
  const items = useSignal<readonly HistoryItem[] | null>(null);
  const failed = useSignal(false);
  const chosen = useSignal<HistoryItem | null>(null);
  const field = useSignal<Correctable | null>(null);
  const value = useSignal<Entry>("");
  useEffect(() => {
    call<{ readonly items: readonly HistoryItem[] }>(`/api/v1/bags/${encodeURIComponent(bag)}/history`).then(
      (told) => (items.value = told.items.filter((item) => fieldsOf(item).length > 0).reverse()),
      () => (failed.value = true),
    );
  }, [bag]);
  const state = (): void => {
    const told = field.value && newText(field.value.field, value.value);
    const { event: _event, field: _field, old: _old, new: _new, ...rest } = entries.value;
    entries.value =
      chosen.value && field.value && told !== null
        ? { ...rest, event: chosen.value.id, field: field.value.field.name, old: field.value.recorded, new: told }
        : rest;
  };
  const pick = (item: HistoryItem): void => {
    [chosen.value, field.value, value.value] = [item, null, ""];
    state();
  };
  const pickField = (one: Correctable): void => {
    [field.value, value.value] = [one, ""];
    state();
  };
  if (failed.value) return <p class="problem">{t("correct.offline")}</p>;
  if (items.value === null) return <p aria-busy="true">{t("nav.loading")}</p>;
  return (
    <>
      <fieldset class="field">
        <legend>{t("correct.event")}</legend>
        {items.value.length === 0 && <p>{t("correct.nothing")}</p>}
        <div class="choices wide">
          {items.value.map((item) => (
            <button type="button" key={item.id} aria-pressed={chosen.value?.id === item.id} onClick={() => pick(item)}>
              <span>
                {stepName(item)} <small>{moment(item.occurred_at)}</small>
              </span>
            </button>
          ))}
        </div>
      </fieldset>
      {chosen.value && (
        <fieldset class="field">
          <legend>{t("correct.field")}</legend>
          <div class="choices wide">
            {fieldsOf(chosen.value).map((one) => (
              <button
                type="button"
                key={one.field.name}
                aria-pressed={field.value?.field.name === one.field.name}
                onClick={() => pickField(one)}
              >
                <span>
                  {say(one.field.labels)} <small>{shown(one, one.recorded)}</small>
                </span>
              </button>
            ))}
          </div>
        </fieldset>
      )}
      {field.value && (
        <div class="old-new">
          <p>
            <small>{t("correct.old")}</small> <s>{shown(field.value, field.value.recorded)}</s>
          </p>
          <Field
            key={field.value.field.name}
            field={{ ...field.value.field, required: true, labels: { fr: `Nouveau : ${field.value.field.labels.fr}`, en: `New: ${field.value.field.labels.en}` } }}
            entry={value.value}
            set={(entry) => {
              value.value = entry;
              state();
            }}
          />
        </div>
      )}
    </>
  );
}

function fieldsOf(item: HistoryItem): readonly Correctable[] {
  return correctable(item, stepOf(item.step ?? "")?.fields ?? []);
}

function stepName(item: HistoryItem): string {
  const step = stepOf(item.step ?? "");
  return step ? say(step.labels) : (item.step ?? "");
}

/** A value of a field in the language spoken here. */
export function shown({ field }: Pick<Correctable, "field">, text: string): string {
  return shownValue(field, text, {
    yes: t("step.yes"),
    no: t("step.no"),
    unsaid: t("correct.unsaid"),
    choice: (code) => named("choice", code),
    moment,
  });
}
