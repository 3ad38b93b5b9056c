// Which hold is lifted: each with its reason, since when, and who lifts it together.
import type { Signal } from "@preact/signals";
import { moment } from "../components/times.ts";
import { named, t } from "../i18n/index.ts";
import type { Hold } from "./shapes.ts";
import type { Entries } from "./statements.ts";

interface Props {
  readonly holds: readonly Hold[];
  readonly entries: Signal<Entries>;
}

export function HoldChoice({ holds, entries }: Props) {
  const chosen = holds.find(({ id }) => id === entries.value["hold"]);
  return (
    <fieldset class="field">
      <legend>{t("lift.which")}</legend>
      {holds.length === 0 && <p>{t("lift.none")}</p>}
      <div class="choices wide">
        {holds.map(({ id, reason, since, lift }) => (
          <button
            type="button"
            key={id}
            aria-pressed={entries.value["hold"] === id}
            onClick={() => (entries.value = { ...entries.value, hold: id })}
          >
            <span>
              {named("hold", reason)} <small>{t("lift.since", { since: moment(since) })}</small>
              <small>{t("lift.who", { roles: rolesOf(lift) })}</small>
            </span>
          </button>
        ))}
      </div>
      {chosen?.reason === "certificate" && <p class="problem">{t("lift.certificate")}</p>}
    </fieldset>
  );
}

/** Groups of roles of which one person each must be there: "pharmacist + physician/quality". */
export function rolesOf(lift: Hold["lift"]): string {
  return lift.map((group) => group.map((role) => named("role", role)).join("/")).join(" + ");
}
