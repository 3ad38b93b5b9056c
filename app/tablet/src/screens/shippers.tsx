// Dry shippers: which there are, until when each holds the cold, and the life of the one that is scanned.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { Back } from "../components/icons.tsx";
import { ScanBox } from "../components/scan-box.tsx";
import { Unreachable } from "../device/reach.ts";
import type { Scan } from "../device/scans.ts";
import { listen } from "../device/scans.ts";
import { Problem } from "../device/service.ts";
import { signalRead, signalWrong, stopWrong } from "../device/signals.ts";
import { language, t } from "../i18n/index.ts";
import { Hold } from "./shipper-hold.tsx";
import { OneShipper } from "./shipper.tsx";
import { Register } from "./shipper-register.tsx";
import { go, route } from "./route.ts";
import { shipperLabel } from "./shipper-label.ts";
import type { Fleet, Shipper } from "./shipper-shapes.ts";
import { fleet, w } from "./shipper-shapes.ts";

/** Milliseconds for which the shipper that was scanned to get here need not be scanned again. */
const CARRIED = 120_000;

export function Shippers() {
  const { id: code } = route.value;
  const told = useSignal<Fleet | null>(null);
  const [problem, done] = [useSignal(""), useSignal("")];
  const label = useSignal<string | null>(null);
  const load = async (): Promise<void> => {
    try {
      told.value = await fleet();
      problem.value = "";
    } catch (error) {
      problem.value = error instanceof Problem ? error.detail : error instanceof Unreachable ? t("shell.unreachable") : t("nav.failed");
    }
  };
  useEffect(() => void load(), [language.value]);
  const take = ({ reading, text }: Scan): void => {
    const scanned = reading.status === "identified" && reading.subject === "shipper" ? reading.identifiers[0]?.value : undefined;
    if (scanned === undefined) {
      problem.value = w("shipper.notOne");
      return;
    }
    if (code && scanned !== code) {
      // Somebody stands before another shipper than the screen shows.
      label.value = null;
      problem.value = w("act.other", { code: scanned });
      signalWrong();
      setTimeout(stopWrong, 1_500);
      return;
    }
    signalRead();
    [label.value, problem.value] = [text, ""];
    shipperLabel.value = { code: scanned, text, at: Date.now() };
    if (!code) go("shippers", scanned);
  };
  useLayoutEffect(() => {
    const last = shipperLabel.peek();
    if (last?.code === code && Date.now() - last.at < CARRIED) label.value = last.text;
    shipperLabel.value = null;
    return listen({ scanned: take, doubted: () => (problem.value = t("scan.doubt")) });
  }, []);
  const one = told.value?.shippers.find((shipper) => shipper.code === code);
  const changed = (text: string): void => {
    done.value = text;
    void load();
  };
  return (
    <section class="step-screen shippers">
      <header class="step-head">
        <button type="button" class="quiet" onClick={() => go(code ? "shippers" : "dewars")}>
          <Back /> {code ? w("shipper.back") : t("nav.back")}
        </button>
        <div>
          <h1>{code ? w("shipper.one", { code }) : w("shipper.title")}</h1>
          <p>{code ? w("shipper.online") : w("shipper.lead")}</p>
        </div>
      </header>
      <p role="status" class="large">
        {done.value}
      </p>
      <p role="alert" class="problem">
        {problem.value}
      </p>
      {told.value === null && !problem.value && <p aria-busy="true">{t("nav.loading")}</p>}
      {code && told.value && one && (
        <OneShipper key={one.id} shipper={one} journey={told.value.journeys.get(code)} scanned={label.value !== null} done={changed} />
      )}
      {code && told.value && !one && <Register label={label.value} done={changed} />}
      {!code && <List told={told.value} />}
      <ScanBox />
    </section>
  );
}

function List({ told }: { readonly told: Fleet | null }) {
  if (told === null) return null;
  if (told.shippers.length === 0) return <p class="large">{w("shipper.none")}</p>;
  return (
    <ul class="bags">
      {told.shippers.map((one) => (
        <li key={one.id}>
          <a href={`#/shippers/${encodeURIComponent(one.code)}`} class={`bag ${one.fit || one.state === "in_use" ? "" : "held"}`}>
            <Line shipper={one} />
            <Hold journey={told.journeys.get(one.code)} />
          </a>
        </li>
      ))}
    </ul>
  );
}

function Line({ shipper: { code, model, state, fit } }: { readonly shipper: Shipper }) {
  return (
    <>
      <span>
        <strong>{code}</strong> <small>{model}</small>
      </span>
      <span>{w(`shipper.state.${state}`)}</span>
      {!fit && state !== "in_use" && <span class="tag held">{w("shipper.notFit")}</span>}
    </>
  );
}
