// A blind count of a box: each position and what lies in it is scanned, and only then is told what was expected.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { Back, Check, ScanIcon } from "../components/icons.tsx";
import { ScanBox } from "../components/scan-box.tsx";
import type { Act } from "../core/queue/link.ts";
import { stepOf } from "../device/catalogue.ts";
import { StorageFull, onAnswer } from "../device/queue.ts";
import { Unreachable } from "../device/reach.ts";
import { record } from "../device/record.ts";
import type { Scan } from "../device/scans.ts";
import { listen } from "../device/scans.ts";
import { Problem, call, who } from "../device/service.ts";
import { signalRead } from "../device/signals.ts";
import { deviceId } from "../device/tablet.ts";
import { t } from "../i18n/index.ts";
import type { Report } from "./count-report.tsx";
import { CountReport } from "./count-report.tsx";
import type { Counting } from "./counting.ts";
import { BEGUN, scannedInto, unseen, without } from "./counting.ts";
import { Deviation, needsAnother } from "./deviation.tsx";
import { placesInList } from "./from-list.ts";
import { go, route } from "./route.ts";
import type { Refused } from "./shapes.ts";
import { rulesOf, show, wrong } from "./verdict-state.ts";
import { Witness } from "./witness.tsx";

const INCOMPLETE = "count-incomplete";

export function Count() {
  const { id: dewar, step: scope } = route.value;
  const places = useSignal<readonly string[] | null>(null);
  const counting = useSignal<Counting>(BEGUN);
  const [notice, reason] = [useSignal(""), useSignal("")];
  const refused = useSignal<Refused | null>(null);
  const signing = useSignal<Act | null>(null);
  const report = useSignal<Report | "kept" | null>(null);
  const busy = useSignal(false);
  const kept = useSignal<string | null>(null);
  useEffect(
    () =>
      // Its report comes when the service has it, on this screen too where it is still open.
      onAnswer(({ scan_id, status, body }) => {
        if (scan_id === kept.value && status === 201) report.value = (body as { readonly count: Report }).count;
      }),
    [],
  );
  useEffect(() => {
    // Of the map only the codes are taken: what lies where is not looked at before the end.
    call<{ readonly positions: readonly { readonly code: string }[] }>(`/api/v1/dewars/${dewar}/map?scope=${encodeURIComponent(scope)}`).then(
      ({ positions }) => (places.value = positions.map(({ code }) => code)),
      (error: unknown) => {
        // The work list names the positions too.
        const listed = error instanceof Unreachable ? placesInList(scope) : [];
        if (listed.length > 0) places.value = listed;
        else notice.value = error instanceof Unreachable ? t("shell.unreachable") : error instanceof Problem ? error.detail : t("nav.failed");
      },
    );
  }, [dewar, scope]);
  const take = ({ text, reading }: Scan): void => {
    signalRead();
    const next = scannedInto(counting.value, places.value ?? [], text, reading);
    if (next === "not-here") notice.value = t("count.notHere");
    else if (next === "position-first") notice.value = t("count.positionFirst");
    else [counting.value, notice.value] = [next, ""];
  };
  useLayoutEffect(() => listen({ scanned: take, doubted: () => (notice.value = t("scan.doubt")) }), []);
  if (report.value === "kept") return <p class="card warn large">{t("count.kept")}</p>;
  if (report.value) return <CountReport report={report.value} />;
  const left = places.value ? unseen(counting.value, places.value) : [];
  const act = (): Act => {
    const rules = [...new Set([...(refused.value ? rulesOf(refused.value) : []), ...(left.length > 0 ? [INCOMPLETE] : [])])];
    return {
      scan_id: crypto.randomUUID(),
      step: "counted",
      symbols: [{ text: counting.value.dewar ?? "", source: "scanner", role: "dewar" }],
      occurred_at: new Date().toISOString(),
      device_id: deviceId(),
      details: { scope, positions: Object.values(counting.value.seen) },
      ...(rules.length > 0 ? { deviation: { rules, reason: reason.value.trim() } } : {}),
    };
  };
  const send = async (done: Act): Promise<void> => {
    signing.value = null;
    busy.value = true;
    try {
      const outcome = await record(done, `/api/v1/dewars/${dewar}/counts`);
      if (outcome === null) [report.value, kept.value] = ["kept", done.scan_id];
      else if (outcome.status === 201) report.value = (outcome.body as { readonly count: Report }).count;
      else show("counted", outcome, () => (refused.value = outcome.body as unknown as Refused));
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
      wrong({ title: t("verdict.refusedMessage"), detail: t("verdict.full"), code: "storage-full" });
    } finally {
      busy.value = false;
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (refused.value && needsAnother(refused.value, who.value?.roles ?? [])) signing.value = act();
    else void send(act());
  };
  const ready = counting.value.dewar !== null && Object.keys(counting.value.seen).length > 0;
  const why = left.length > 0 || refused.value !== null;
  return (
    <section class="step-screen count-screen">
      <header class="step-head">
        <button type="button" class="quiet" onClick={() => go("dewars")}>
          <Back /> {t("nav.back")}
        </button>
        <div>
          <h1>{t("count.title", { code: scope })}</h1>
          <p>{t("count.lead")}</p>
        </div>
      </header>
      <ScanBox />
      <p class={`slot ${counting.value.dewar === null ? "" : "done"}`}>
        {counting.value.dewar === null ? <ScanIcon /> : <Check />} {t("count.dewar")}{" "}
        {counting.value.dewar && <code class="code">{counting.value.dewar}</code>}
      </p>
      <p role="alert" class="problem">
        {notice.value}
      </p>
      <p role="status" class="large">
        {counting.value.current && t("count.current", { code: counting.value.current })}
      </p>
      {places.value === null && !notice.value && <p aria-busy="true">{t("nav.loading")}</p>}
      <ul class="tiles">
        {places.value?.map((code) => (
          <Tile key={code} code={code} counting={counting.value} clear={() => (counting.value = without(counting.value, code))} />
        ))}
      </ul>
      <form onSubmit={submit} noValidate>
        {refused.value && <Deviation refused={refused.value} reason={reason} />}
        {why && !refused.value && ready && (
          <label>
            {t("count.left", { count: left.length })}
            <textarea rows={2} maxLength={2000} value={reason.value} onInput={({ currentTarget }) => (reason.value = currentTarget.value)} />
          </label>
        )}
        <button type="submit" class="primary big" disabled={busy.value || !ready || (why && !reason.value.trim())}>
          {t(busy.value ? "step.sending" : "count.close")}
        </button>
      </form>
      {signing.value && (
        <Witness
          act={signing.value}
          rule={stepOf("counted")?.witness ?? null}
          nameable={false}
          refused={refused.value}
          done={(signed) => void send(signed)}
          cancel={() => (signing.value = null)}
        />
      )}
    </section>
  );
}

function Tile({ code, counting, clear }: { readonly code: string; readonly counting: Counting; readonly clear: () => void }) {
  const seen = counting.seen[code];
  const last = code.slice(code.lastIndexOf("-") + 1);
  const said = !seen ? t("count.unseen") : seen.symbols.length === 0 ? t("count.empty") : t("count.read", { count: seen.symbols.length });
  return (
    <li class={`tile ${seen ? "seen" : ""} ${counting.current === code ? "current" : ""}`}>
      <strong>{last}</strong>
      <span>{said}</span>
      {seen?.symbols.map((text) => (
        <code class="code" key={text}>
          {text}
        </code>
      ))}
      {seen && (
        <button type="button" class="quiet" onClick={clear}>
          {t("count.clear", { code: last })}
        </button>
      )}
    </li>
  );
}
