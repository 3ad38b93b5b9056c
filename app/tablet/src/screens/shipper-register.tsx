// A shipper that nobody registered: what its certificate says, by a pharmacist or quality, after its label was scanned.
import { useSignal } from "@preact/signals";
import { DayInput } from "../components/day-input.tsx";
import { Check, ScanIcon } from "../components/icons.tsx";
import { dayOf } from "../core/work/day.ts";
import { Unreachable, reach } from "../device/reach.ts";
import { Problem, call, who } from "../device/service.ts";
import { signalAccepted } from "../device/signals.ts";
import { t } from "../i18n/index.ts";
import { Line, isNoDay } from "./shipper-record.tsx";
import { RULERS, holdOf, w } from "./shipper-shapes.ts";

const RATED = ["tilted", "lying", "inverted", "unknown"] as const;

export function Register({ label, done }: { readonly label: string | null; readonly done: (told: string) => void }) {
  const [model, serial, hours, until] = [useSignal(""), useSignal(""), useSignal(""), useSignal("")];
  const rates = useSignal<Readonly<Record<string, string>>>({});
  const problem = useSignal("");
  const busy = useSignal(false);
  if (!who.value?.roles.some((role) => RULERS.has(role))) {
    return (
      <p class="card warn large">
        {w("register.unknown")} {w("register.who")}
      </p>
    );
  }
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const hold_s = holdOf(hours.value);
    if (hold_s === null) {
      problem.value = w("act.hoursBounds");
      return;
    }
    if (isNoDay(until.value)) {
      problem.value = t("step.missing", { what: w("shipper.until") });
      return;
    }
    const stated = Object.entries(rates.value).flatMap(([name, value]) => (value.trim() ? [[name, Number(value.trim())] as const] : []));
    [busy.value, problem.value] = [true, ""];
    try {
      await call("/api/v1/shippers", {
        shipper: label,
        model: model.value.trim(),
        serial: serial.value.trim(),
        hold_s,
        ...(until.value.trim() ? { qualified_until: dayOf(until.value) } : {}),
        ...(stated.length > 0 ? { rates: Object.fromEntries(stated) } : {}),
      });
      signalAccepted();
      done(w("register.done"));
    } catch (error) {
      problem.value = error instanceof Unreachable ? t("shell.unreachable") : error instanceof Problem ? error.detail : t("nav.failed");
    } finally {
      busy.value = false;
    }
  };
  return (
    <section aria-labelledby="register">
      <p class="card warn">{w("register.unknown")}</p>
      <h2 id="register">{w("register.title")}</h2>
      <p class={`slot ${label === null ? "" : "done"}`}>
        {label === null ? <ScanIcon /> : <Check />} {label === null ? w("register.scan") : w("act.scanned")}
      </p>
      <form onSubmit={(event) => void send(event)} noValidate>
        <Line name={w("register.model")}>
          <input autocomplete="off" maxLength={200} value={model.value} onInput={({ currentTarget }) => (model.value = currentTarget.value)} />
        </Line>
        <Line name={w("register.serial")}>
          <input autocomplete="off" maxLength={64} value={serial.value} onInput={({ currentTarget }) => (serial.value = currentTarget.value)} />
        </Line>
        <Line name={w("act.hours")}>
          <input inputMode="numeric" autocomplete="off" value={hours.value} onInput={({ currentTarget }) => ([hours.value, problem.value] = [currentTarget.value, ""])} />
        </Line>
        <Line name={w("shipper.until")} optional>
          <DayInput value={until.value} set={(text) => (until.value = text)} />
        </Line>
        <details>
          <summary>{w("register.rates")}</summary>
          <p>{w("register.ratesLead")}</p>
          {RATED.map((one) => (
            <Line key={one} name={w(`act.${one}`)} optional>
              <input
                inputMode="numeric"
                autocomplete="off"
                value={rates.value[one] ?? ""}
                onInput={({ currentTarget }) => (rates.value = { ...rates.value, [one]: currentTarget.value })}
              />
            </Line>
          ))}
        </details>
        <p role="alert" class="problem">
          {reach.value === "offline" ? t("step.needsOnline") : problem.value}
        </p>
        <button
          type="submit"
          class="primary big"
          disabled={busy.value || label === null || !model.value.trim() || !serial.value.trim() || reach.value === "offline"}
        >
          {busy.value ? t("step.sending") : w("register.do")}
        </button>
      </form>
    </section>
  );
}
