// What happened to a shipper, in gloves: which act, the shipper's own label, and no more than that act asks for.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Check, ScanIcon } from "../components/icons.tsx";
import { DayInput, InstantInput } from "../components/day-input.tsx";
import { localNow } from "../components/field.tsx";
import { dayOf } from "../core/work/day.ts";
import { Unreachable, reach } from "../device/reach.ts";
import { Problem, call } from "../device/service.ts";
import { signalAccepted, signalWrong, stopWrong } from "../device/signals.ts";
import { t } from "../i18n/index.ts";
import type { Kind, Shipper } from "./shipper-shapes.ts";
import { KINDS, ORIENTATIONS, holdOf, nextFor, w } from "./shipper-shapes.ts";

interface RecordLifeProps {
  readonly shipper: Shipper;
  readonly scanned: boolean;
  readonly done: (told: string) => void;
}

export function RecordLife({ shipper, scanned, done }: RecordLifeProps) {
  const kind = useSignal<Kind>(nextFor(shipper));
  const [at, grams, hours, until, certificate, note] = [useSignal(localNow()), useSignal(""), useSignal(""), useSignal(""), useSignal(""), useSignal("")];
  const stood = useSignal<(typeof ORIENTATIONS)[number] | null>(null);
  const passed = useSignal<boolean | null>(null);
  const problem = useSignal("");
  const busy = useSignal(false);
  const judged = kind.value === "cleaning" || kind.value === "requalification";
  const measured = kind.value === "requalification" && passed.value === true;
  const lacking = (): string => {
    if (kind.value === "orientation" && stood.value === null) return w("act.stood");
    if (judged && passed.value === null) return w("act.passed");
    if (measured && holdOf(hours.value) === null) return w("act.hoursBounds");
    if (measured && isNoDay(until.value)) return w("act.validUntil");
    if (kind.value === "charge" && grams.value.trim() && !/^\d{1,6}$/.test(grams.value.trim())) return w("act.gramsBounds");
    return "";
  };
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const lacks = lacking();
    if (lacks) {
      problem.value = t("step.missing", { what: lacks });
      return;
    }
    [busy.value, problem.value] = [true, ""];
    try {
      await call(`/api/v1/shippers/${shipper.id}/records`, {
        kind: kind.value,
        at: new Date(at.value).toISOString(),
        ...(judged ? { passed: passed.value } : {}),
        ...(kind.value === "charge" && grams.value.trim() ? { charge_g: Number(grams.value.trim()) } : {}),
        ...(kind.value === "orientation" ? { orientation: stood.value } : {}),
        ...(measured ? { hold_s: holdOf(hours.value), ...(until.value.trim() ? { valid_until: dayOf(until.value) } : {}) } : {}),
        ...(judged && certificate.value.trim() ? { certificate: certificate.value.trim() } : {}),
        ...(note.value.trim() ? { note: note.value.trim() } : {}),
      });
      signalAccepted();
      [grams.value, hours.value, until.value, certificate.value, note.value] = ["", "", "", "", ""];
      [stood.value, passed.value, at.value] = [null, null, localNow()];
      done(w("act.recorded", { act: w(`act.${kind.value}`) }));
    } catch (error) {
      signalWrong();
      setTimeout(stopWrong, 1_500);
      problem.value = error instanceof Unreachable ? t("shell.unreachable") : error instanceof Problem ? error.detail : t("nav.failed");
    } finally {
      busy.value = false;
    }
  };
  const choose = (one: Kind): void => {
    [kind.value, at.value, problem.value] = [one, localNow(), ""];
  };
  return (
    <section aria-labelledby="act">
      <h2 id="act">{w("act.title")}</h2>
      <div class="choices">
        {KINDS.map((one) => (
          <button type="button" key={one} aria-pressed={kind.value === one} onClick={() => choose(one)}>
            {w(`act.${one}`)}
          </button>
        ))}
      </div>
      <p class={`slot ${scanned ? "done" : ""}`}>
        {scanned ? <Check /> : <ScanIcon />} {w(scanned ? "act.scanned" : "act.scan")}
      </p>
      <form onSubmit={(event) => void send(event)} noValidate>
        {kind.value === "orientation" && (
          <Choice legend={w("act.stood")} of={ORIENTATIONS.map((one) => [one, w(`act.${one}`)])} chosen={stood.value} choose={(one) => (stood.value = one)} />
        )}
        {judged && (
          <Choice
            legend={w("act.passed")}
            of={[["yes", t("step.yes")], ["no", t("step.no")]]}
            chosen={passed.value === null ? null : passed.value ? "yes" : "no"}
            choose={(one) => (passed.value = one === "yes")}
          />
        )}
        {kind.value === "charge" && (
          <Line name={w("act.grams")} optional>
            <input inputMode="numeric" autocomplete="off" value={grams.value} onInput={({ currentTarget }) => (grams.value = currentTarget.value)} />
          </Line>
        )}
        {measured && (
          <>
            <Line name={w("act.hours")}>
              <input inputMode="numeric" autocomplete="off" value={hours.value} onInput={({ currentTarget }) => (hours.value = currentTarget.value)} />
            </Line>
            <Line name={w("act.validUntil")} optional>
              <DayInput value={until.value} set={(text) => (until.value = text)} />
            </Line>
          </>
        )}
        {judged && (
          <Line name={w("act.certificate")} optional>
            <input autocomplete="off" maxLength={64} value={certificate.value} onInput={({ currentTarget }) => (certificate.value = currentTarget.value)} />
          </Line>
        )}
        <div class="field">
          <Line name={w("act.at")}>
            <InstantInput value={at.value} set={(text) => (at.value = text)} />
          </Line>
          <button type="button" onClick={() => (at.value = localNow())}>
            {t("step.now")}
          </button>
        </div>
        <Line name={w("act.note")} optional>
          <textarea rows={2} maxLength={2000} value={note.value} onInput={({ currentTarget }) => (note.value = currentTarget.value)} />
        </Line>
        <p role="alert" class="problem">
          {reach.value === "offline" ? t("step.needsOnline") : problem.value}
        </p>
        <button type="submit" class="primary big" disabled={busy.value || !scanned || !at.value || reach.value === "offline"}>
          {busy.value ? t("step.sending") : w("act.record", { act: w(`act.${kind.value}`) })}
        </button>
      </form>
    </section>
  );
}

/** Something was typed for a day that may be left out, and it is none. */
export function isNoDay(text: string): boolean {
  return text.trim() !== "" && dayOf(text) === null;
}

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly of: readonly (readonly [T, string])[];
  readonly chosen: T | null;
  readonly choose: (one: T) => void;
}

function Choice<T extends string>({ legend, of, chosen, choose }: ChoiceProps<T>) {
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      <div class="choices">
        {of.map(([one, name]) => (
          <button type="button" key={one} aria-pressed={chosen === one} onClick={() => choose(one)}>
            {name}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** A labelled input of a form. */
export function Line({ name, optional = false, children }: { readonly name: string; readonly optional?: boolean; readonly children: ComponentChildren }) {
  return (
    <label>
      <span>
        {name} {optional && <small>{t("step.optional")}</small>}
      </span>
      {children}
    </label>
  );
}
