// One thing to state, drawn by its kind: buttons rather than lists, digits rather than sliders, for gloves.
import type { Entries, Entry } from "../screens/statements.ts";
import { MILLI_DEGREES, isOne } from "../screens/statements.ts";
import type { FieldSpec } from "../device/catalogue.ts";
import { named, say, t } from "../i18n/index.ts";
import { DayInput, InstantInput } from "./day-input.tsx";
import { PhotoField } from "./photo-field.tsx";

export interface Filling {
  readonly field: FieldSpec;
  readonly entry: Entry | undefined;
  readonly set: (entry: Entry) => void;
}

export function Field(filling: Filling) {
  const { field } = filling;
  if (field.kind === "boolean") return <Buttons {...filling} of={[["yes", t("step.yes"), true], ["no", t("step.no"), false]]} />;
  if (field.kind === "choice") return <Buttons {...filling} of={field.choices.map((one) => [one, named("choice", one), one])} />;
  if (field.kind === "digests") return <PhotoField {...filling} />;
  if (isOne(field)) return <One {...filling} />;
  if (field.kind === "objects") return <Rows {...filling} />;
  return <Typed {...filling} />;
}

function Name({ field }: { readonly field: FieldSpec }) {
  return (
    <>
      {say(field.labels)}
      {field.unit && ` (${field.unit === MILLI_DEGREES ? "°C" : field.unit.replace(/[{}]/g, "")})`}
      {!field.required && <small> {t("step.optional")}</small>}
    </>
  );
}

function Buttons({ field, entry, set, of }: Filling & { readonly of: readonly (readonly [string, string, Entry])[] }) {
  return (
    <fieldset class="field">
      <legend>
        <Name field={field} />
      </legend>
      <div class="choices">
        {of.map(([key, name, value]) => (
          <button type="button" key={key} aria-pressed={entry === value} onClick={() => set(entry === value && !field.required ? "" : value)}>
            {name}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function Typed({ field, entry, set }: Filling) {
  const value = typeof entry === "string" ? entry : "";
  const typed = ({ currentTarget }: { readonly currentTarget: HTMLInputElement | HTMLTextAreaElement }): void => set(currentTarget.value);
  const long = field.kind === "texts" || field.name === "note" || field.name === "circumstances";
  return (
    <div class="field">
      <label>
        <span>
          <Name field={field} />
          {field.kind === "texts" && <small> {t("step.lines")}</small>}
        </span>
        {long ? (
          <textarea rows={2} value={value} onInput={typed} required={field.required} maxLength={2000} />
        ) : (
          <Line field={field} value={value} set={set} />
        )}
      </label>
      {field.kind === "instant" && (
        <button type="button" onClick={() => set(localNow())}>
          {t("step.now")}
        </button>
      )}
    </div>
  );
}

interface LineProps {
  readonly field: FieldSpec;
  readonly value: string;
  readonly set: (text: string) => void;
}

function Line({ field, value, set }: LineProps) {
  const { kind, required } = field;
  if (kind === "instant") return <InstantInput value={value} set={set} required={required} />;
  if (kind === "date") return <DayInput value={value} set={set} required={required} />;
  const keys = field.kind !== "integer" ? "text" : field.unit === MILLI_DEGREES ? "decimal" : "numeric";
  return (
    <input
      type="text"
      inputMode={keys}
      autocomplete="off"
      value={value}
      required={required}
      onInput={({ currentTarget }) => set(currentTarget.value)}
    />
  );
}

function One({ field, entry, set }: Filling) {
  const [row = {}] = Array.isArray(entry) ? (entry as readonly Entries[]) : [];
  return (
    <fieldset class="field rows">
      <legend>
        <Name field={field} />
      </legend>
      <div class="row">
        {field.fields.map((inner) => (
          <Field key={inner.name} field={inner} entry={row[inner.name]} set={(value) => set([{ ...row, [inner.name]: value }])} />
        ))}
      </div>
    </fieldset>
  );
}

function Rows({ field, entry, set }: Filling) {
  const rows = Array.isArray(entry) ? (entry as readonly Entries[]) : [];
  const put = (place: number, row: Entries): void => set(rows.map((one, at) => (at === place ? row : one)));
  return (
    <fieldset class="field rows">
      <legend>
        <Name field={field} />
      </legend>
      {rows.map((row, place) => (
        <div key={place} class="row">
          {field.fields.map((inner) => (
            <Field key={inner.name} field={inner} entry={row[inner.name]} set={(value) => put(place, { ...row, [inner.name]: value })} />
          ))}
          <button type="button" onClick={() => set(rows.filter((_, at) => at !== place))}>
            {t("step.removeRow")}
          </button>
        </div>
      ))}
      <button type="button" onClick={() => set([...rows, {}])}>
        {t("step.add")}
      </button>
    </fieldset>
  );
}

/** This moment as a `datetime-local` field has it. */
export function localNow(): string {
  const at = new Date();
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
