// Until when a shipper holds the cold, as the service computes it; an estimate and an unknown say so.
import { Countdown } from "../components/clock.tsx";
import { moment } from "../components/times.ts";
import type { Journey } from "./shipper-shapes.ts";
import { w } from "./shipper-shapes.ts";

export function Hold({ journey, whole = false }: { readonly journey: Journey | undefined; readonly whole?: boolean }) {
  if (!journey) return null;
  const { state, hold_until, estimated } = journey.hold;
  if (state === "unknown" || hold_until === null) return <span class="tag held">{w("journey.unknown")}</span>;
  return (
    <span class={`hold-time ${state}`}>
      <strong class={state === "over" ? "tag late" : ""}>{w(state === "over" ? "journey.over" : "journey.holds", { time: moment(hold_until) })}</strong>{" "}
      {state !== "over" && <Countdown until={hold_until} />}
      {state === "half" && <span class="tag held"> {w("journey.half")}</span>}
      {estimated && <small> {w("journey.estimated")}</small>}
      {whole && state === "over" && <span> {w("journey.overHelp")}</span>}
    </span>
  );
}
