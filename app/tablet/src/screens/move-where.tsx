// Before anything leaves the cold: what is moved, where to, how many bags that is, and what stands against it.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { ScanBox } from "../components/scan-box.tsx";
import { Unreachable } from "../device/reach.ts";
import type { Scan } from "../device/scans.ts";
import { listen } from "../device/scans.ts";
import { Problem } from "../device/service.ts";
import { signalRead } from "../device/signals.ts";
import { say, t } from "../i18n/index.ts";
import { againstOf } from "../i18n/words/moving.ts";
import type { DewarMap } from "./dewar-maps.ts";
import { allMaps } from "./dewar-maps.ts";
import { held, planOf, w } from "./move-state.ts";
import type { Plan } from "./moving.ts";
import { begun } from "./moving.ts";
import type { PartOf } from "./parts.ts";
import { levelOf, partsAt, placeIn, upwards, within } from "./parts.ts";

const FAULTS = { "part-unknown": "move.unknown", "part-unlike": "move.unlike" } as const;

export function MoveWhere({ dewar, scope }: { readonly dewar: string; readonly scope: string }) {
  const maps = useSignal<readonly DewarMap[] | null>(null);
  const [part, to] = [useSignal(scope), useSignal("")];
  const plan = useSignal<Plan | null>(null);
  const problem = useSignal("");
  const told = (error: unknown): void => {
    problem.value = error instanceof Unreachable ? w("move.offlineNow") : error instanceof Problem ? error.detail : t("nav.failed");
  };
  useEffect(() => void allMaps().then((all) => (maps.value = all), told), []);
  const level = levelOf(part.value);
  const there = maps.value?.flatMap(({ positions }) => partsAt(positions, level).filter(({ code }) => code !== part.value)) ?? [];
  useEffect(() => {
    plan.value = null;
    if (!to.value) return;
    const asked = to.value;
    planOf(dewar, part.value, asked).then((found) => {
      if (asked === to.value) [plan.value, problem.value] = [found, ""];
    }, told);
  }, [part.value, to.value]);
  const take = ({ reading }: Scan): void => {
    signalRead();
    const code = reading.status === "identified" && (reading.subject === "position" || reading.subject === "dewar") ? (reading.fields["value"] ?? "") : "";
    const meant = within(code, level);
    // Before the dewars are told, the service's plan says whether there is such a part.
    if (meant && (maps.value === null || there.some((one) => one.code === meant))) [to.value, problem.value] = [meant, ""];
    else problem.value = w("move.unknown");
  };
  // What can be chosen changes with every choice, so who listens does too.
  useLayoutEffect(() => listen({ scanned: take, doubted: () => (problem.value = t("scan.doubt")) }), [part.value, maps.value]);
  const choose = (code: string): void => {
    [part.value, to.value] = [code, ""];
  };
  return (
    <>
      <p>{w("move.online")}</p>
      <fieldset class="field">
        <legend>{w("move.what")}</legend>
        <div class="choices wide">
          {[...upwards(scope)].reverse().map((code) => (
            <button type="button" key={code} aria-pressed={part.value === code} onClick={() => choose(code)}>
              {w(`move.level.${levelOf(code)}`, { code })}
            </button>
          ))}
        </div>
      </fieldset>
      <fieldset class="field">
        <legend>{w("move.where")}</legend>
        <p>{w("move.whereHelp")}</p>
        {maps.value === null && !problem.value && <p aria-busy="true">{t("nav.loading")}</p>}
        {maps.value !== null && there.length === 0 && <p class="large">{w("move.nowhere")}</p>}
        <div class="choices wide">
          {there.map((one) => (
            <Destination key={one.code} part={one} chosen={to.value === one.code} choose={() => (to.value = one.code)} />
          ))}
        </div>
      </fieldset>
      <p role="alert" class="problem">
        {problem.value}
      </p>
      {plan.value && <Planned plan={plan.value} begin={(found) => (held.value = { dewar, plan: found, moving: begun(Date.now()) })} />}
      <ScanBox />
    </>
  );
}

function Destination({ part, chosen, choose }: { readonly part: PartOf; readonly chosen: boolean; readonly choose: () => void }) {
  return (
    <button type="button" aria-pressed={chosen} disabled={part.free === 0} onClick={choose}>
      <span>
        {part.code} <small>{w("move.free", { free: part.free, all: part.all })}</small>
      </span>
    </button>
  );
}

function Planned({ plan, begin }: { readonly plan: Plan; readonly begin: (plan: Plan) => void }) {
  if (plan.fault !== null) return <p class="problem">{w(FAULTS[plan.fault as keyof typeof FAULTS] ?? "move.unknown")}</p>;
  if (plan.bags.length === 0) return <p class="large">{w("move.nothing")}</p>;
  return <Scannable plan={plan} begin={begin} />;
}

function Scannable({ plan, begin }: { readonly plan: Plan; readonly begin: (plan: Plan) => void }) {
  const place = useRef<HTMLDivElement>(null);
  // What is next is on the screen, however many destinations stand above it.
  useEffect(() => place.current?.scrollIntoView({ block: "nearest" }), [plan]);
  const stopped = plan.bags.filter(({ against }) => against.length > 0);
  return (
    <div class="planned" role="status" ref={place}>
      <p class="large">
        <strong>{w("move.toScan", { count: plan.bags.length })}</strong> {w("move.goes", { to: plan.to })}
      </p>
      {stopped.length > 0 && (
        <div class="card warn">
          <p>{w("move.against")}</p>
          <ul>
            {stopped.map(({ position, against }) => (
              <li key={position}>
                <strong>{placeIn(plan.scope, position)}</strong> : {against.map((code) => say(againstOf(code))).join(", ")}
              </li>
            ))}
          </ul>
        </div>
      )}
      <button type="button" class="primary big" onClick={() => begin(plan)}>
        {w("move.begin")}
      </button>
    </div>
  );
}
