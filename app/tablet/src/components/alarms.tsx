// Alarms of dewars that are not over: what rings, how bad it is, since when, and whether somebody has answered.
import { t } from "../i18n/index.ts";
import { moment } from "./times.ts";

export interface Alarm {
  readonly id: string;
  readonly dewar: string;
  readonly dewar_code: string;
  readonly label: string;
  readonly reading: string;
  readonly severity: string;
  readonly since: string;
  readonly state: string;
  readonly cleared_at: string | null;
}

export function Alarms({ alarms }: { readonly alarms: readonly Alarm[] }) {
  if (alarms.length === 0) return null;
  return (
    <section class="alarms" aria-labelledby="alarms">
      <h2 id="alarms">{t("alarm.title", { count: alarms.length })}</h2>
      <ul>
        {alarms.map((alarm) => (
          <li key={alarm.id} class={alarm.severity}>
            <a href={`#/dewars/${alarm.dewar}`}>
              <strong>
                {alarm.dewar_code} – {alarm.label}
              </strong>{" "}
              <span>{alarm.reading}</span>
              <small>
                {t("alarm.since", { since: moment(alarm.since) })} · {t(alarm.state === "open" ? "alarm.unanswered" : "alarm.answered")}
                {alarm.cleared_at !== null && ` · ${t("alarm.over")}`}
              </small>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
