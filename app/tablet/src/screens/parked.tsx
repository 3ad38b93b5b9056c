// Scans that lie on this tablet because the service did not want them: sent again, or settled with a reason.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { moment } from "../components/times.ts";
import { stepOf } from "../device/catalogue.ts";
import type { Parked } from "../device/database.ts";
import { close, parkedScans, sendAgain } from "../device/parked.ts";
import { onQueueChange } from "../device/queue.ts";
import { session } from "../device/session.ts";
import { say, t } from "../i18n/index.ts";

export function ParkedScans({ done }: { readonly done: (told: string) => void }) {
  const found = useSignal<readonly Parked[]>([]);
  useEffect(() => {
    const load = (): void => void parkedScans().then((told) => (found.value = told), () => undefined);
    load();
    return onQueueChange(load);
  }, []);
  if (found.value.length === 0) return null;
  return (
    <section aria-labelledby="settle-parked">
      <h2 id="settle-parked">{t("settle.parked")}</h2>
      <p>{t("settle.parkedLead")}</p>
      <ul class="items">
        {found.value.map((scan) => (
          <One key={scan.scan_id} scan={scan} done={done} />
        ))}
      </ul>
    </section>
  );
}

function One({ scan, done }: { readonly scan: Parked; readonly done: (told: string) => void }) {
  const reason = useSignal("");
  const step = stepOf(scan.step);
  const { title, detail, code } = scan.body as { readonly title?: string; readonly detail?: string; readonly code?: string };
  const settle = async (): Promise<void> => {
    await close(scan, session.value?.login ?? "", reason.value.trim());
    done(t("settle.done"));
  };
  return (
    <li class="card warn">
      <h3>{title ?? code ?? scan.status}</h3>
      <p>{detail}</p>
      <p>
        {t("settle.made", {
          step: step ? say(step.labels) : scan.step,
          time: moment(scan.message.occurred_at),
          device: scan.message.device_id,
        })}{" "}
        – {t("settle.by", { person: scan.person })}
      </p>
      {scan.message.symbols.map(({ text }) => (
        <code class="code" key={text}>
          {text}
        </code>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void settle();
        }}
      >
        <label>
          {t("settle.why")}
          <textarea rows={2} required maxLength={2000} value={reason.value} onInput={({ currentTarget }) => (reason.value = currentTarget.value)} />
        </label>
        <div class="ways">
          <button type="button" onClick={() => void sendAgain(scan)}>
            {t("settle.again")}
          </button>
          <button type="submit" class="primary" disabled={!reason.value.trim()}>
            {t("settle.close")}
          </button>
        </div>
      </form>
    </li>
  );
}
