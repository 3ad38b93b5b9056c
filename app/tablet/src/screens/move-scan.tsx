// While it is out of the cold: every bag is scanned; what remains is told by its place, never by its name.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { Countdown, length, now } from "../components/clock.tsx";
import { Field } from "../components/field.tsx";
import { Check, ScanIcon } from "../components/icons.tsx";
import { ScanBox } from "../components/scan-box.tsx";
import { hour } from "../components/times.ts";
import type { Act } from "../core/queue/link.ts";
import { stepOf } from "../device/catalogue.ts";
import { StorageFull } from "../device/queue.ts";
import { look, reach } from "../device/reach.ts";
import { record } from "../device/record.ts";
import type { Scan } from "../device/scans.ts";
import { listen } from "../device/scans.ts";
import { signalAccepted, signalRead, signalWrong, stopWrong } from "../device/signals.ts";
import { deviceId } from "../device/tablet.ts";
import { t } from "../i18n/index.ts";
import { Deviation } from "./deviation.tsx";
import type { Moved } from "./move.tsx";
import type { Found } from "./move-found.tsx";
import { FoundList, Strangers, TheMissing } from "./move-found.tsx";
import { placed } from "./move-scanned.ts";
import type { Held } from "./move-state.ts";
import { held, w } from "./move-state.ts";
import type { Moving, ToScan } from "./moving.ts";
import { leastLeft, missing, scannedBags, withoutStranger } from "./moving.ts";
import { placeIn } from "./parts.ts";
import type { Refused } from "./shapes.ts";
import type { Entries } from "./statements.ts";
import { detailsOf, missing as unstated } from "./statements.ts";
import { rulesOf, show, wrong } from "./verdict-state.ts";
import { Witness } from "./witness.tsx";

/** Milliseconds. */
const LOOK_AGAIN = 3_000;
const STATED: ReadonlySet<string> = new Set(["reason", "note"]);

export function MoveScan({ mine, done }: { readonly mine: Held; readonly done: (told: Moved | "kept") => void }) {
  const { plan, moving } = mine;
  const step = stepOf("relocated");
  const fields = step?.fields.filter(({ name }) => STATED.has(name)) ?? [];
  const entries = useSignal<Entries>({});
  const [notice, reason] = [useSignal(""), useSignal("")];
  const refused = useSignal<Refused | null>(null);
  const found = useSignal<Found | null>(null);
  const signing = useSignal<Act | null>(null);
  const [busy, sure] = [useSignal(false), useSignal(false)];
  const change = (next: Moving): void => {
    if (held.peek()) held.value = { ...mine, moving: next };
  };
  const take = async (scan: Scan): Promise<void> => {
    const strangers = held.peek()?.moving.strangers.length ?? 0;
    notice.value = await placed(scan, mine.dewar);
    // A bag from elsewhere is heard, with gloves on and the eyes on the box.
    if ((held.peek()?.moving.strangers.length ?? 0) > strangers) {
      signalWrong();
      setTimeout(stopWrong, 1_500);
    } else signalRead();
  };
  useLayoutEffect(() => listen({ scanned: (scan) => void take(scan), doubted: () => (notice.value = t("scan.doubt")) }), []);
  const act = (): Act => ({
    scan_id: crypto.randomUUID(),
    step: "relocated",
    symbols: [{ text: moving.dewar ?? "", source: "scanner", role: "dewar" }],
    occurred_at: new Date().toISOString(),
    device_id: deviceId(),
    details: {
      ...detailsOf(fields, entries.value),
      scope: plan.scope,
      to: plan.to,
      out_at: new Date(moving.out).toISOString(),
      // They were back before two people signed.
      bags: scannedBags(plan, moving).map((one) => ({ ...one, in_at: new Date(moving.back ?? Date.now()).toISOString() })),
    },
    ...(refused.value ? { deviation: { rules: rulesOf(refused.value), reason: reason.value.trim() } } : {}),
  });
  const send = async (whole: Act): Promise<void> => {
    [signing.value, busy.value, found.value] = [null, true, null];
    try {
      const outcome = await record(whole, `/api/v1/dewars/${mine.dewar}/moves`);
      if (outcome !== null && outcome.status !== 201) {
        found.value = (outcome.body as { readonly relocation?: Found | null }).relocation ?? null;
        show("relocated", outcome, () => (refused.value = outcome.body as unknown as Refused));
        return;
      }
      if (outcome !== null) signalAccepted();
      done(outcome === null ? "kept" : (outcome.body as { readonly relocation: Moved }).relocation);
      held.value = null;
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
      wrong({ title: t("verdict.refusedMessage"), detail: t("verdict.full"), code: "storage-full" });
    } finally {
      busy.value = false;
    }
  };
  const left = missing(plan, moving);
  const limit = leastLeft(plan);
  const whole = left.length === 0 && moving.strangers.length === 0;
  const scanned = plan.bags.length - left.length;
  const ready =
    moving.dewar !== null &&
    moving.back !== null &&
    scanned + moving.strangers.length > 0 &&
    unstated(fields, entries.value).length === 0 &&
    (refused.value === null || reason.value.trim() !== "");
  const offline = reach.value === "offline";
  // Somebody waits with a box in hand: the service is looked for again and again.
  useEffect(() => {
    if (!offline) return undefined;
    const timer = setInterval(() => void look(), LOOK_AGAIN);
    return () => {
      clearInterval(timer);
      notice.value = "";
    };
  }, [offline]);
  return (
    <>
      <p class="clock">
        {w(moving.back === null ? "move.out" : "move.outWas")}
        <span class="countdown">
          <time>{length(((moving.back ?? now.value) - moving.out) / 1_000)}</time>
        </span>
        {limit !== null && moving.back === null && (
          <>
            {w("move.left")} <Countdown until={new Date(moving.out + limit * 1_000).toISOString()} />
          </>
        )}
      </p>
      <p class={`slot ${moving.dewar === null ? "" : "done"}`}>
        {moving.dewar === null ? <ScanIcon /> : <Check />} {w("move.dewar")} {moving.dewar && <code class="code">{moving.dewar}</code>}
      </p>
      <p role="alert" class="problem">
        {offline ? w("move.offlineNow") : notice.value}
      </p>
      <Strangers moving={moving} scope={plan.scope} dewar={mine.dewar} remove={(one) => change(withoutStranger(moving, one))} />
      <p class="large" role="status">
        <strong>{w("move.done", { done: scanned, all: plan.bags.length })}</strong>
      </p>
      <ul class="tiles">
        {plan.bags.map((one) => (
          <Tile key={one.bag} bag={one} scope={plan.scope} seen={one.bag in moving.seen} />
        ))}
      </ul>
      <ScanBox />
      <fieldset class="field">
        <legend>{moving.back === null ? w("move.back") : w("move.backAt", { time: hour(moving.back) })}</legend>
        <div class="choices">
          <button type="button" aria-pressed={moving.back !== null} onClick={() => change({ ...moving, back: Date.now() })}>
            <Check /> {w("move.back")}
          </button>
          {moving.back !== null && (
            <button type="button" onClick={() => change({ ...moving, back: null })}>
              {w("move.notBack")}
            </button>
          )}
        </div>
      </fieldset>
      <TheMissing left={left} scope={plan.scope} dewar={mine.dewar} told={moving.back !== null} />
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready) return;
          // What cannot be taken needs nobody beside: it is recorded as refused.
          if (whole) signing.value = act();
          else void send(act());
        }}
      >
        {fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            entry={entries.value[field.name]}
            set={(value) => (entries.value = { ...entries.value, [field.name]: value })}
          />
        ))}
        {found.value && <FoundList found={found.value} scope={plan.scope} />}
        {refused.value && <Deviation refused={refused.value} reason={reason} />}
        <button type="submit" class="primary big" disabled={busy.value || offline || !ready}>
          {busy.value ? t("step.sending") : whole ? t("step.recordWith") : w("move.refuse")}
        </button>
        <button type="button" class="quiet" onClick={() => (sure.value ? (held.value = null) : (sure.value = true))}>
          {w(sure.value ? "move.restartSure" : "move.restart")}
        </button>
      </form>
      {signing.value && (
        <Witness
          act={signing.value}
          rule={step?.witness ?? null}
          nameable={false}
          refused={refused.value}
          done={(signed) => void send(signed)}
          cancel={() => (signing.value = null)}
        />
      )}
    </>
  );
}

function Tile({ bag, scope, seen }: { readonly bag: ToScan; readonly scope: string; readonly seen: boolean }) {
  return (
    <li class={`tile ${seen ? "seen" : ""}`}>
      <strong>
        {placeIn(scope, bag.position)} {seen && <Check />}
      </strong>
      <span>{w(seen ? "move.seen" : "move.waiting")}</span>
      {seen && <small>{bag.to === null ? w("move.placeless") : w("move.goes", { to: bag.to })}</small>}
    </li>
  );
}
