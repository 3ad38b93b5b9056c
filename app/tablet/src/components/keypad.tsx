// Every character that a label's printed text has, on keys for gloves: with a scanner attached, tablets hide their own.
import type { Signal } from "@preact/signals";
import { t } from "../i18n/index.ts";

const ROWS = ["1234567890", "ABCDEFGHIJ", "KLMNOPQRST", "UVWXYZ=<&*", "+-/%()#"];

export function Keypad({ text }: { readonly text: Signal<string> }) {
  return (
    <div class="keypad" role="group" aria-label={t("scan.type")}>
      {ROWS.flatMap((row) => [...row]).map((character) => (
        <button type="button" key={character} onClick={() => (text.value += character)}>
          {character}
        </button>
      ))}
      <button type="button" class="erase" onClick={() => (text.value = text.value.slice(0, -1))}>
        {t("scan.erase")}
      </button>
    </div>
  );
}
