// Who signs beside, in gloves: a scanned badge says who, a PIN proves it; or a passkey does both.
import type { Signal } from "@preact/signals";
import { Check } from "../components/icons.tsx";
import { PinPad } from "../components/pin-pad.tsx";
import type { Signer } from "../device/record.ts";
import type { Key } from "../i18n/index.ts";
import { t } from "../i18n/index.ts";

/** What was entered of one signer. */
export interface Entered {
  readonly badge: Signal<string | null>;
  readonly login: Signal<string>;
  readonly pin: Signal<string>;
}

export const SHORTEST_PIN = 6;

/** Who it is, null while neither a badge was scanned nor a login typed. */
export function signerOf({ badge, login }: Entered): Signer | null {
  if (badge.value !== null) return { badge: badge.value };
  return login.value.trim() ? { login: login.value.trim() } : null;
}

export function isWhole(entered: Entered): boolean {
  return signerOf(entered) !== null && entered.pin.value.length >= SHORTEST_PIN;
}

export function SignerFields({ entered, label }: { readonly entered: Entered; readonly label: Key }) {
  const { badge, login, pin } = entered;
  return (
    <>
      {badge.value !== null ? (
        <p class="badge-read" role="status">
          <Check /> {t("witness.badgeRead")}{" "}
          <button type="button" class="quiet" onClick={() => (badge.value = null)}>
            {t("witness.otherBadge")}
          </button>
        </p>
      ) : (
        <label>
          {t(label)}
          <input
            value={login.value}
            onInput={({ currentTarget }) => (login.value = currentTarget.value)}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
          />
        </label>
      )}
      <PinPad pin={pin} />
    </>
  );
}
