// One shipper: what it is worth today, the journey it is on, what is recorded next, and what has been.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Check, Cross } from "../components/icons.tsx";
import { day, moment } from "../components/times.ts";
import { who } from "../device/service.ts";
import { BagLine } from "./bag-line.tsx";
import { Hold } from "./shipper-hold.tsx";
import { RecordLife } from "./shipper-record.tsx";
import type { Journey, Life, Shipper } from "./shipper-shapes.ts";
import { KEEPERS, lifeOf, w } from "./shipper-shapes.ts";

interface OneShipperProps {
  readonly shipper: Shipper;
  readonly journey: Journey | undefined;
  /** This very shipper's label was scanned on this screen. */
  readonly scanned: boolean;
  readonly done: (told: string) => void;
}

export function OneShipper({ shipper, journey, scanned, done }: OneShipperProps) {
  const keeps = who.value?.roles.some((role) => KEEPERS.has(role)) ?? false;
  const { charged_at, charge_g, orientation } = shipper;
  const charge = charged_at && (charge_g === null ? moment(charged_at) : w("shipper.chargedWith", { time: moment(charged_at), grams: charge_g }));
  return (
    <>
      <p class="large">
        {shipper.fit ? <Check /> : shipper.state !== "in_use" && <Cross />} <strong>{w(`shipper.state.${shipper.state}`)}</strong>
        {shipper.state !== "in_use" && ` – ${w(shipper.fit ? "shipper.fit" : "shipper.notFit")}`}
      </p>
      {journey && <OnTheWay journey={journey} />}
      <dl class="facts">
        <Fact name={shipper.model} value={shipper.serial} />
        <Fact name={w("shipper.hold")} value={w("shipper.hours", { hours: Math.round(shipper.hold_s / 3_600) })} />
        <Fact name={w("shipper.until")} value={shipper.qualified_until ? day(shipper.qualified_until) : "–"} />
        <Fact name={w("shipper.charged")} value={charge || w("shipper.notCharged")} />
        {orientation && <Fact name={w("shipper.orientation")} value={w(`act.${orientation}`)} />}
        <Fact name={w("shipper.uses")} value={w("shipper.usesSince", { uses: shipper.uses, since: shipper.uses_since })} />
        {shipper.returned_at && <Fact name={w("shipper.returned")} value={moment(shipper.returned_at)} />}
        {shipper.cleaned_at && <Fact name={w("shipper.cleaned")} value={moment(shipper.cleaned_at)} />}
      </dl>
      {keeps && <RecordLife shipper={shipper} scanned={scanned} done={done} />}
      <Lived shipper={shipper} />
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function OnTheWay({ journey }: { readonly journey: Journey }) {
  const awaited = journey.bags.filter((bag) => !journey.received.includes(bag));
  return (
    <section class={journey.hold.state === "over" ? "card strange" : "card"} aria-labelledby="journey">
      <h2 id="journey">{w("journey.title")}</h2>
      <p class="large">
        <Hold journey={journey} whole />
      </p>
      <p>{w("journey.bags", { count: journey.bags.length, received: journey.received.length })}</p>
      {awaited.length > 0 && <p>{w("journey.receive")}</p>}
      <ul class="items">
        {awaited.map((bag) => (
          <li key={bag}>
            <BagLine id={bag} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Lived({ shipper }: { readonly shipper: Shipper }) {
  const life = useSignal<readonly Life[]>([]);
  // A shipper that changed has one more line of life.
  useEffect(() => void lifeOf(shipper.id).then((told) => (life.value = told), () => undefined), [shipper]);
  return (
    <section aria-labelledby="life">
      <h2 id="life">{w("life.title")}</h2>
      {life.value.length === 0 && <p>{w("life.none")}</p>}
      <ul class="history">
        {life.value.map((one) => (
          <li key={one.id} class={one.passed ? "" : "refused"}>
            {one.passed ? <Check /> : <Cross />}
            <span>
              <strong>
                {w(`act.${one.kind}`)} {!one.passed && <em>{w("life.failed")}</em>}
              </strong>
              <small>{detailOf(one)}</small>
            </span>
            <time dateTime={one.at}>{moment(one.at)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}

function detailOf({ orientation, charge_g, hold_s, certificate }: Life): string {
  return [
    orientation && w(`act.${orientation}`),
    charge_g !== null && `${charge_g} g`,
    hold_s !== null && w("shipper.hours", { hours: Math.round(hold_s / 3_600) }),
    certificate,
  ]
    .filter(Boolean)
    .join(" · ");
}
