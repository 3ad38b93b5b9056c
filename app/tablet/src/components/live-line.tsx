// Whether what is shown is what is: quiet while it is, and as loud as can be when it is not.
import type { Liveness } from "../device/live.ts";
import { t } from "../i18n/index.ts";
import { hour } from "./times.ts";

interface LiveLineProps {
  readonly liveness: Liveness;
  /** Milliseconds of this device's clock at which what is shown was right; 0 before anything was. */
  readonly at: number;
  readonly problem: string;
}

export function LiveLine({ liveness, at, problem }: LiveLineProps) {
  if (liveness === "lost" || problem) {
    return (
      <p class="not-live" role="alert">
        <strong>{t("live.lost")}</strong> {at > 0 && t("live.since", { time: hour(at) })} {problem}
      </p>
    );
  }
  return (
    <p class="live" role="status">
      {t(liveness === "live" ? "live.on" : "live.connecting")} {at > 0 && t("live.at", { time: hour(at) })}
    </p>
  );
}
