// The scanner of this tablet: one scan of one label tells how its keys arrive here, and that is kept.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ScanIcon } from "../components/icons.tsx";
import { calibration, keepCalibration } from "../device/scanner.ts";
import { forget, learn } from "../device/wedge.ts";
import { t } from "../i18n/index.ts";
import { go } from "./route.ts";

type State = "idle" | "awaited" | "done" | "too-short" | "too-long" | "confused" | "failed";

export function ScannerScreen() {
  const state = useSignal<State>("idle");
  const here = useRef(true);
  useEffect(
    () => () => {
      here.current = false;
      forget();
    },
    [],
  );
  const begin = async (): Promise<void> => {
    state.value = "awaited";
    const learnt = await learn();
    if (!here.current) return;
    if (learnt.kind !== "calibration") {
      state.value = learnt.kind;
      return;
    }
    state.value = await keepCalibration(learnt).then(
      () => "done" as const,
      () => "failed" as const,
    );
  };
  const known = calibration.value;
  return (
    <section class="scanner-screen">
      <h1>{t("scanner.title")}</h1>
      <p>{t("scanner.lead")}</p>
      <p class="large" role="status">
        {known ? t(known.mode === "code" ? "scanner.byPlace" : "scanner.byMap") : t("scanner.unknown")}
        {known && ` ${t(known.separator ? "scanner.separates" : "scanner.noSeparator")}`}
        {known?.aim && ` ${t("scanner.aim")}`}
      </p>
      {state.value === "awaited" ? (
        <div class="card read">
          <p class="large">
            <ScanIcon /> {t("scanner.scanNow")}
          </p>
          <img class="calibration" src="/app/calibration.svg" alt={t("scanner.label")} />
        </div>
      ) : (
        <button type="button" class="primary big" onClick={() => void begin()}>
          {t(known ? "scanner.again" : "scanner.begin")}
        </button>
      )}
      <p role="alert" class={state.value === "done" ? "large" : "problem"}>
        {state.value === "done" && t("scanner.done")}
        {state.value === "failed" && t("verdict.full")}
        {(state.value === "too-short" || state.value === "too-long") && t("scanner.notWhole")}
        {state.value === "confused" && t("scanner.confused")}
      </p>
      <div class="choices">
        {known && (
          <button type="button" onClick={() => void keepCalibration(null)}>
            {t("scanner.forget")}
          </button>
        )}
        <button type="button" onClick={() => go()}>
          {t("nav.back")}
        </button>
      </div>
    </section>
  );
}
