// A day, typed, and said again in words under the field: 03/04 is read in two ways, « 3 avril » in one.
import { useId } from "preact/hooks";
import { dayOf } from "../core/work/day.ts";
import { t } from "../i18n/index.ts";
import { instantInWords, dayInWords } from "./times.ts";

interface DayInputProps {
  readonly value: string;
  readonly set: (text: string) => void;
  readonly required?: boolean;
}

export function DayInput({ value, set, required = false }: DayInputProps) {
  const words = useId();
  const day = dayOf(value);
  return (
    <>
      <input
        type="text"
        inputMode="numeric"
        autocomplete="off"
        maxLength={10}
        value={value}
        required={required}
        aria-describedby={words}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
      <small class="words" id={words} aria-hidden="true">
        {day === null ? t("step.day") : dayInWords(day)}
      </small>
    </>
  );
}

export function InstantInput({ value, set, required = false }: DayInputProps) {
  const words = useId();
  return (
    <>
      <input
        type="datetime-local"
        step={1}
        value={value}
        required={required}
        aria-describedby={words}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
      <small class="words" id={words} aria-hidden="true">
        {value && instantInWords(value)}
      </small>
    </>
  );
}
