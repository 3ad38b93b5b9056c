// What the counts of a dewar found, the newest first; asked for when somebody opens it.
import { useSignal } from "@preact/signals";
import { moment } from "../components/times.ts";
import { Unreachable } from "../device/reach.ts";
import { Problem, call } from "../device/service.ts";
import { t } from "../i18n/index.ts";
import type { Report } from "./count-report.tsx";
import { Findings } from "./count-report.tsx";

interface Counted extends Report {
  readonly id: string;
  readonly scope: string;
  readonly occurred_at: string;
}

export function Counts({ dewar }: { readonly dewar: string }) {
  const counts = useSignal<readonly Counted[] | null>(null);
  const chosen = useSignal<string | null>(null);
  const problem = useSignal("");
  const load = (): void => {
    call<{ readonly items: readonly Counted[] }>(`/api/v1/dewars/${dewar}/counts?limit=200`).then(
      ({ items }) => ([counts.value, problem.value] = [[...items].reverse(), ""]),
      (error: unknown) => {
        problem.value = error instanceof Problem ? error.detail : error instanceof Unreachable ? t("shell.unreachable") : t("nav.failed");
      },
    );
  };
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && load()}>
      <summary>{t("count.all")}</summary>
      {problem.value && (
        <p role="alert" class="problem">
          {problem.value}
        </p>
      )}
      {counts.value?.length === 0 && <p>{t("count.nothing")}</p>}
      <ul class="items">
        {counts.value?.map((one) => (
          <li key={one.id}>
            <button type="button" aria-expanded={chosen.value === one.id} onClick={() => (chosen.value = chosen.value === one.id ? null : one.id)}>
              {t("count.line", { scope: one.scope, time: moment(one.occurred_at), count: one.differences.length })}
            </button>
            {chosen.value === one.id && <Findings report={one} />}
          </li>
        ))}
      </ul>
    </details>
  );
}
