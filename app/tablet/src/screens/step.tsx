// A guided step, drawn from its value in the catalogue: what to scan, what to state, who must be beside.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { fetchAhead } from "../components/lazy.tsx";
import { Field } from "../components/field.tsx";
import { Back, ScanIcon } from "../components/icons.tsx";
import { ScanBox } from "../components/scan-box.tsx";
import type { Act } from "../core/queue/link.ts";
import { sentenceOf } from "../core/barcodes/reading.ts";
import type { SlotSpec, StepSpec } from "../device/catalogue.ts";
import { stepOf, steps } from "../device/catalogue.ts";
import { StorageFull } from "../device/queue.ts";
import { reach } from "../device/reach.ts";
import { judgedHere, prepare } from "../device/judged.ts";
import { painted } from "../device/later.ts";
import { kept, record } from "../device/record.ts";
import type { Scan } from "../device/scans.ts";
import { listen } from "../device/scans.ts";
import { call, who } from "../device/service.ts";
import { signalRead } from "../device/signals.ts";
import { deviceId } from "../device/tablet.ts";
import { named, say, t } from "../i18n/index.ts";
import { VERDICT } from "./ahead.ts";
import { nameOf, titleOf } from "./bag.tsx";
import { CorrectionFields } from "./correction.tsx";
import { Deviation, needsAnother } from "./deviation.tsx";
import { fromList } from "./from-list.ts";
import { HoldChoice } from "./hold-choice.tsx";
import { useKnownFields } from "./known-choices.ts";
import { lastBag, symbolOf } from "./look-up.ts";
import { NO_BAG, go, route } from "./route.ts";
import type { Bag, Refused } from "./shapes.ts";
import type { Filled } from "./slots.ts";
import { slotFor, symbolsOf } from "./slots.ts";
import type { Entries } from "./statements.ts";
import { detailsOf, missing } from "./statements.ts";
import { notKept, rulesOf, show, showHere } from "./verdict-state.ts";
import { Witness } from "./witness.tsx";

/** Milliseconds for which the bag that was scanned to get here need not be scanned again. */
const CARRIED = 120_000;

export function StepScreen() {
  const step = stepOf(route.value.step);
  if (!step) return <p aria-busy={steps.value.length === 0}>{t(steps.value.length === 0 ? "nav.loading" : "step.unknown")}</p>;
  return <StepForm step={step} id={route.value.id} />;
}

function carried(id: string): Filled {
  const last = lastBag.value;
  return last?.id === id && Date.now() - last.at < CARRIED ? { bag: last.symbols } : {};
}

function StepForm({ step, id }: { readonly step: StepSpec; readonly id: string }) {
  const about = id === NO_BAG ? null : id;
  const filled = useSignal<Filled>(carried(id));
  const isCarried = useRef(filled.value["bag"] !== undefined);
  const running = useRef(false);
  const wanted = useSignal<string | null>(null);
  const recent = useRef<string | null>(null);
  const entries = useSignal<Entries>({});
  const notice = useSignal("");
  const bag = useSignal<Bag | null>(reach.peek() === "offline" ? fromList(id) : null);
  const refused = useSignal<Refused | null>(null);
  const reason = useSignal("");
  const signing = useSignal<Act | null>(null);
  const busy = useSignal(false);
  const fields = useKnownFields(step);

  const take = (scan: Scan): void => {
    signalRead();
    if (scan.reading.status === "unreadable") {
      notice.value = `${t("scan.unreadable")} : ${say(sentenceOf(scan.reading.reason))}`;
      return;
    }
    // A bag that is scanned here stands in for the one that was scanned to get here.
    const { subject } = scan.reading;
    if (isCarried.current && (subject === "bag" || subject === "product")) {
      isCarried.current = false;
      filled.value = { ...filled.value, bag: [] };
    }
    const role = slotFor(step.scans, filled.value, { subject, text: scan.text }, wanted.value, recent.current);
    if (role === null) {
      notice.value = t("step.notForHere");
      return;
    }
    const there = (filled.value[role] ?? []).filter(({ text }) => text !== scan.text);
    filled.value = { ...filled.value, [role]: [...there, symbolOf(scan)] };
    [recent.current, wanted.value, notice.value] = [role, null, ""];
    prepare();
  };
  // From the moment it is drawn: a scan a frame later is this step's already.
  useLayoutEffect(() => listen({ scanned: take, doubted: () => (notice.value = t("scan.doubt")) }), []);
  useEffect(() => {
    // The verdict's screen, and what it is judged by, are here before there is one.
    fetchAhead(VERDICT);
    prepare();
    if (about === null) return;
    call<Bag>(`/api/v1/bags/${encodeURIComponent(id)}`).then(
      (told) => (bag.value = told),
      () => (bag.value ??= fromList(id)),
    );
  }, [id]);

  const lacking = [
    ...step.scans.filter(({ role, required }) => required && (filled.value[role] ?? []).length === 0),
    ...missing(step.fields, entries.value),
  ];
  const act = (): Act => ({
    scan_id: crypto.randomUUID(),
    step: step.tag,
    symbols: symbolsOf(step.scans, filled.value),
    occurred_at: new Date().toISOString(),
    device_id: deviceId(),
    details: detailsOf(step.fields, entries.value),
    bag_id: about,
    ...(refused.value ? { deviation: { rules: rulesOf(refused.value), reason: reason.value.trim() } } : {}),
  });
  const finish = async (done: Act): Promise<void> => {
    if (running.current) return;
    running.current = true;
    // Without a network the verdict is next, and covers all of this: drawing it anew before would only keep it waiting.
    if (reach.value !== "offline") [signing.value, busy.value] = [null, true];
    try {
      const pass = (told: Refused): void => void (refused.value = told);
      if (reach.value === "offline") {
        // The disk first: it works while the list is asked.
        const keeping = kept(done, undefined, true);
        await showHere(done, judgedHere(done, step), keeping, pass);
      } else {
        const outcome = await record(done);
        if (outcome) show(step.tag, outcome, () => pass(outcome.body as unknown as Refused));
        else await showHere(done, judgedHere(done, step), Promise.resolve(), pass);
      }
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
      notKept(t("verdict.full"), t("verdict.refusedMessage"), (code) => named("judged.code", code));
    } finally {
      // What the verdict covers is drawn anew behind it.
      await painted();
      running.current = false;
      [signing.value, busy.value] = [null, false];
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (lacking.length > 0) {
      notice.value = t("step.missing", { what: lacking.map(({ labels }) => say(labels)).join(", ") });
      return;
    }
    if (refused.value && !reason.value.trim()) {
      notice.value = t("step.missing", { what: t("step.reason") });
      return;
    }
    notice.value = "";
    const another = refused.value !== null && needsAnother(refused.value, who.value?.roles ?? []);
    if (step.witness || another) signing.value = act();
    else void finish(act());
  };
  const blocked = !step.offline && reach.value === "offline";
  return (
    <section class="step-screen">
      <header class="step-head">
        <button type="button" class="quiet" onClick={() => (about === null ? go() : go("bag", about))}>
          <Back /> {t("nav.back")}
        </button>
        <div>
          <h1>{say(step.labels)}</h1>
          {bag.value && (
            <p>
              {titleOf(bag.value)} · <span class="code">{nameOf(bag.value)}</span>
            </p>
          )}
          {say(step.hint) && <p>{say(step.hint)}</p>}
        </div>
      </header>
      {step.scans.length > 0 && (
        <section aria-labelledby="step-scans">
          <h2 id="step-scans">{t("step.scans")}</h2>
          <ul class="slots">
            {step.scans.map((slot) => (
              <Slot
                key={slot.role}
                slot={slot}
                texts={(filled.value[slot.role] ?? []).map(({ text }) => text)}
                wanted={wanted.value === slot.role}
                point={() => (wanted.value = wanted.value === slot.role ? null : slot.role)}
                clear={() => (filled.value = { ...filled.value, [slot.role]: [] })}
              />
            ))}
          </ul>
          <ScanBox />
        </section>
      )}
      <form onSubmit={submit} noValidate>
        {step.fields.length > 0 && <h2>{t("step.fields")}</h2>}
        {step.tag === "corrected" && <CorrectionFields bag={id} entries={entries} />}
        {step.tag === "hold_lifted" && <HoldChoice holds={bag.value?.holds ?? []} entries={entries} />}
        {fields.filter(({ name }) => !chosenFor(step.tag).includes(name)).map((field) => (
          <Field
            key={field.name}
            field={field}
            entry={entries.value[field.name]}
            set={(entry) => (entries.value = { ...entries.value, [field.name]: entry })}
          />
        ))}
        {refused.value && <Deviation refused={refused.value} reason={reason} />}
        <p role="alert" class="problem">
          {blocked ? t("step.needsOnline") : notice.value}
        </p>
        <button type="submit" class="primary big" disabled={busy.value || blocked}>
          {t(busy.value ? "step.sending" : step.witness ? "step.recordWith" : "step.record")}
        </button>
      </form>
      {signing.value && (
        <Witness
          act={signing.value}
          rule={step.witness}
          nameable
          refused={refused.value}
          done={(signed) => void finish(signed)}
          cancel={() => (signing.value = null)}
        />
      )}
    </section>
  );
}

/** What is chosen from what the service knows, and so is never typed. */
function chosenFor(step: string): readonly string[] {
  return step === "corrected" ? ["event", "field", "old", "new"] : step === "hold_lifted" ? ["hold"] : [];
}

interface SlotProps {
  readonly slot: SlotSpec;
  readonly texts: readonly string[];
  readonly wanted: boolean;
  readonly point: () => void;
  readonly clear: () => void;
}

function Slot({ slot, texts, wanted, point, clear }: SlotProps) {
  const done = texts.length > 0;
  return (
    <li class={done ? "done" : ""}>
      <button type="button" aria-pressed={wanted} onClick={point}>
        {done ? <ScanIcon /> : <span class="empty" />}
        <span>
          <strong>{say(slot.labels)}</strong>
          {done ? (
            texts.map((text) => (
              <code class="code" key={text}>
                {text}
              </code>
            ))
          ) : (
            <small>{t(slot.required ? "step.awaited" : "step.optional")}</small>
          )}
        </span>
        {done && <em>{t("step.scanned")}</em>}
      </button>
      {done && (
        <button type="button" class="quiet" onClick={clear}>
          {t("step.remove")}
        </button>
      )}
    </li>
  );
}
