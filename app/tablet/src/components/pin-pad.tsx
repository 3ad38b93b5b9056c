// Digits big enough for cryo gloves; a keyboard's digits go into the same field. Nothing is shown but how many there are.
import type { Signal } from "@preact/signals";
import { t } from "../i18n/entrance.ts";
import { wakeSound } from "../device/signals.ts";

const LONGEST = 8;
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export function PinPad({ pin }: { readonly pin: Signal<string> }) {
  const press = (digit: string): void => {
    wakeSound();
    pin.value = (pin.value + digit).slice(0, LONGEST);
  };
  return (
    <div class="pin">
      <label>
        {t("pin.label")}
        <input
          type="password"
          inputMode="none"
          autocomplete="off"
          value={pin.value}
          onInput={({ currentTarget }) => (pin.value = currentTarget.value.replace(/\D/g, "").slice(0, LONGEST))}
        />
      </label>
      <div class="pin-digits" role="group" aria-label={t("pin.digits")}>
        {DIGITS.map((digit) => (
          <button type="button" key={digit} onClick={() => press(digit)}>
            {digit}
          </button>
        ))}
        <button type="button" class="wide" onClick={() => (pin.value = pin.value.slice(0, -1))}>
          {t("pin.erase")}
        </button>
        <button type="button" onClick={() => press("0")}>
          0
        </button>
      </div>
    </div>
  );
}
