// Temperatures as curves and in words: of a dewar over a day or a year, and of a bag on its journey and in its dewar.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Plot } from "../components/plot.tsx";
import { moment } from "../components/times.ts";
import type { Curve } from "../core/curves/picture.ts";
import { scaleOf, verdictOf } from "../core/curves/picture.ts";
import { Unreachable } from "../device/reach.ts";
import { Problem, call } from "../device/service.ts";
import { language, say, t } from "../i18n/index.ts";
import { CURVE } from "../i18n/words/curve.ts";
import type { Bag } from "./shapes.ts";

interface Told {
  readonly since: string | null;
  readonly until: string | null;
  readonly limit_mC: number | null;
  readonly curves: readonly Curve[];
  readonly events: readonly { readonly at: string; readonly kind: string; readonly bag: string | null }[];
}

interface Line {
  readonly key: string;
  readonly from: number;
  readonly to: string;
  readonly what: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RANGES = [1, 7, 30, 365] as const;
/** How many lines a table has before it says how many more there are. */
const MOST = 100;

function w(key: keyof typeof CURVE, values: Readonly<Record<string, string | number>> = {}): string {
  return say(CURVE[key], values);
}

function known(room: string, code: string): string {
  const key = `${room}.${code}`;
  return key in CURVE ? w(key as keyof typeof CURVE) : code;
}

export function DewarCurves({ dewar }: { readonly dewar: string }) {
  const days = useSignal<(typeof RANGES)[number]>(1);
  return (
    <>
      <div class="ranges" role="group" aria-label={w("curve.range")}>
        {RANGES.map((one) => (
          <button key={one} type="button" aria-pressed={days.value === one} onClick={() => (days.value = one)}>
            {w(`curve.days.${one}`)}
          </button>
        ))}
      </div>
      <Curves key={days.value} path={() => dewarPath(dewar, Date.now() - days.value * DAY)} />
    </>
  );
}

export function BagCurves({ bag }: { readonly bag: Bag }) {
  const dewar = useSignal<{ readonly id: string; readonly code: string } | null>(null);
  const { position_code, shipment } = bag;
  useEffect(() => {
    if (position_code === null) return;
    call<{ readonly items: readonly { readonly id: string; readonly code: string }[] }>("/api/v1/dewars?limit=200").then(
      ({ items }) => (dewar.value = items.find(({ code }) => position_code.startsWith(`${code}-`)) ?? null),
      // Whoever may not see where the stock lies sees the journey alone.
      () => undefined,
    );
  }, [position_code]);
  // An hour more: what it was put into.
  const since = (Date.parse(bag.marks["stored"] ?? "") || Date.now() - DAY) - HOUR;
  return (
    <>
      {position_code === null && shipment === null && <p>{w("curve.nowhere")}</p>}
      {dewar.value && (
        <>
          <h3>{w("curve.dewar", { code: dewar.value.code })}</h3>
          <Curves path={() => dewarPath(dewar.value?.id ?? "", Math.max(since, Date.now() - 365 * DAY))} />
        </>
      )}
      {shipment !== null && (
        <>
          <h3>{w("curve.journey")}</h3>
          <Curves path={() => `/api/v1/shipments/${encodeURIComponent(shipment)}/curve`} />
        </>
      )}
    </>
  );
}

function dewarPath(dewar: string, since: number): string {
  return `/api/v1/dewars/${encodeURIComponent(dewar)}/curve?since=${encodeURIComponent(new Date(since).toISOString())}`;
}

function Curves({ path }: { readonly path: () => string }) {
  const told = useSignal<Told | null>(null);
  const problem = useSignal("");
  useEffect(() => {
    call<Told>(path()).then(
      (answer) => (told.value = answer),
      (error: unknown) => {
        problem.value = error instanceof Problem ? error.detail : error instanceof Unreachable ? t("shell.unreachable") : t("nav.failed");
      },
    );
  }, [language.value]);
  if (problem.value) {
    return (
      <p role="alert" class="problem">
        {problem.value}
      </p>
    );
  }
  if (told.value === null) return <p aria-busy="true">{t("nav.loading")}</p>;
  const { since, until, curves, events, limit_mC } = told.value;
  if (since === null || until === null || curves.length === 0) return <p class="problem">{w("curve.none")}</p>;
  const scale = scaleOf(curves, limit_mC);
  const marks = events.map(({ at }) => Date.parse(at));
  return (
    <div class="curves">
      {curves.map((curve) => (
        <OneCurve key={curve.probe} curve={curve} span={[Date.parse(since), Date.parse(until)]} scale={scale} limit={limit_mC} marks={marks} />
      ))}
      <p class="curve-key">
        <span>{w("curve.key.unknown")}</span> <span>{w("curve.key.excursion")}</span> <span>{w("curve.key.event")}</span>
      </p>
      <InWords told={told.value} />
    </div>
  );
}

interface One {
  readonly curve: Curve;
  readonly span: readonly [number, number];
  readonly scale: readonly [number, number];
  readonly limit: number | null;
  readonly marks: readonly number[];
}

function OneCurve({ curve, span, scale, limit, marks }: One) {
  const verdict = verdictOf(curve, limit);
  const said = w(`curve.verdict.${verdict}`);
  const extremes = curve.lowest_mC === null ? "" : w("curve.span", { lowest: degrees(curve.lowest_mC), highest: degrees(curve.highest_mC) });
  // Rounded down: 99.96 % watched is not "100 %".
  const watched = w("curve.watched", {
    share: number(Math.floor(curve.coverage_permille) / 10),
    readings: number(curve.readings),
  });
  return (
    <figure class="curve">
      <figcaption>
        <strong>{curve.name}</strong> <span class={`tag curve-${verdict}`}>{said}</span>
        <small>
          {extremes} {watched}
        </small>
      </figcaption>
      <Plot
        curve={curve}
        span={span}
        scale={scale}
        limit={limit}
        limitText={w("curve.limit", { limit: degrees(limit) })}
        timeText={w("curve.time")}
        events={marks}
        label={w("curve.alt", { name: curve.name, verdict: said, span: extremes, watched })}
      />
    </figure>
  );
}

function InWords({ told }: { readonly told: Told }) {
  const lines = linesOf(told);
  return (
    <details>
      <summary>{w("curve.words")}</summary>
      {lines.length === 0 && <p>{w("curve.nothing")}</p>}
      {lines.length > 0 && (
        <div class="scrolled" tabIndex={0} role="group" aria-label={w("curve.words")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{w("curve.from")}</th>
                <th scope="col">{w("curve.to")}</th>
                <th scope="col">{w("curve.what")}</th>
              </tr>
            </thead>
            <tbody>
              {lines.slice(0, MOST).map(({ key, from, to, what }) => (
                <tr key={key}>
                  <td>{at(from)}</td>
                  <td>{to}</td>
                  <td>{what}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {lines.length > MOST && <p>{w("curve.more", { count: lines.length - MOST })}</p>}
    </details>
  );
}

/** Everything the pictures show beside their lines, in the order of time. */
function linesOf({ curves, events }: Told): readonly Line[] {
  const found = curves.flatMap(({ name, probe, unknown, excursions }) => [
    ...unknown.map(([from, to, why]) => ({
      key: `${probe}?${from}${why}`,
      from,
      to: at(to),
      what: `${name} – ${w("curve.unknown", { why: known("doubt", why) })}`,
    })),
    ...excursions.map(({ start_ms, end_ms, peak_mC }) => ({
      key: `${probe}!${start_ms}`,
      from: start_ms,
      to: end_ms === null ? w("curve.open") : at(end_ms),
      what: `${name} – ${w("curve.excursion", { peak: degrees(peak_mC) })}`,
    })),
  ]);
  const happened = events.map((event, place) => ({
    key: `${place}${event.at}`,
    from: Date.parse(event.at),
    to: "",
    what: known("event", event.kind),
  }));
  return [...found, ...happened].sort((one, other) => one.from - other.from);
}

function at(ms: number): string {
  return moment(new Date(ms).toISOString());
}

function degrees(milli: number | null): string {
  return milli === null ? "–" : number(milli / 1000);
}

function number(value: number): string {
  return new Intl.NumberFormat(language.value, { maximumFractionDigits: 2 }).format(value);
}
