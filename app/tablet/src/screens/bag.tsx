// One bag: where it stands and lies, what stops it, which clocks run, what may follow, and what has been.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Countdown, length } from "../components/clock.tsx";
import { Fold } from "../components/fold.tsx";
import { Lock, ScanIcon } from "../components/icons.tsx";
import { fetchAhead } from "../components/lazy.tsx";
import { day, minute, moment } from "../components/times.ts";
import { siteName, stepOf, steps } from "../device/catalogue.ts";
import { toldAt, unsentByBag } from "../device/done.ts";
import { onAnswer } from "../device/queue.ts";
import { Unreachable, reach } from "../device/reach.ts";
import { Problem, call } from "../device/service.ts";
import { listedAt } from "../device/work-list.ts";
import { language, named, say, t } from "../i18n/index.ts";
import { STEP } from "./ahead.ts";
import { fromList, patientOf } from "./from-list.ts";
import { History } from "./history.tsx";
import { rolesOf } from "./hold-choice.tsx";
import { lastBag } from "./look-up.ts";
import { Photos } from "./photos.tsx";
import { go, route } from "./route.ts";
import type { Bag, BagDetail, Timer } from "./shapes.ts";

/** How long (milliseconds) a bag that was just scanned is shown as read. */
const JUST_READ = 120_000;
const AGAIN = 15_000;

export function BagScreen() {
  const { id } = route.value;
  const told = useSignal<{ readonly bag: BagDetail; readonly at: number } | null>(null);
  // Where the service did not answer before, what this device knows is on the screen while it is asked again.
  const away = useSignal(reach.peek() === "offline");
  const problem = useSignal("");
  useEffect(() => {
    const load = async (): Promise<void> => {
      const at = Date.now();
      try {
        told.value = { bag: await call<BagDetail>(`/api/v1/bags/${encodeURIComponent(id)}`), at };
        [away.value, problem.value] = [false, ""];
      } catch (error) {
        away.value = error instanceof Unreachable;
        problem.value = error instanceof Problem ? error.detail : away.value ? "" : t("nav.failed");
      }
    };
    [told.value, problem.value] = [null, ""];
    void load();
    // The step that follows is here before it is asked for.
    fetchAhead(STEP);
    const timer = setInterval(() => void load(), AGAIN);
    const stop = onAnswer(() => void load());
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [id, language.value]);
  const known = away.value ? newest(told.value, id) : told.value;
  const read = lastBag.value?.id === id && Date.now() - lastBag.value.at < JUST_READ;
  const trouble = away.value && !known ? t("shell.unreachable") : problem.value;
  return (
    <article class="bag-screen">
      {read && (
        <p class="ribbon" role="status">
          <ScanIcon /> <strong>{t("verdict.read")}</strong> {t("verdict.readOnly")}
        </p>
      )}
      {away.value && known && (
        <p class="card warn" role="status">
          {t(known.at === listedAt.value ? "work.fromList" : "work.asTold", { time: minute(known.at) })}
        </p>
      )}
      <Unsent bag={id} />
      {trouble && (
        <p role="alert" class="problem">
          {trouble}
        </p>
      )}
      {known ? <Shown bag={known.bag} /> : !trouble && <p aria-busy="true">{t("nav.loading")}</p>}
    </article>
  );
}

/** What the service said last of a bag: on this screen, with the work list, or in an answer to what was done here. */
function newest<T extends { readonly bag: BagDetail; readonly at: number }>(told: T | null, id: string) {
  const listed = fromList(id);
  const at = toldAt(id);
  return listed && (told === null || told.at < at) ? { bag: listed, at } : told;
}

/** What was done with it here and the service does not have yet: nothing that is shown of the bag knows of it. */
function Unsent({ bag }: { readonly bag: string }) {
  const acts = unsentByBag.value.get(bag) ?? [];
  if (acts.length === 0) return null;
  return (
    <section class="card warn" aria-labelledby="bag-unsent">
      <h2 id="bag-unsent">{t("bag.unsent")}</h2>
      <ul>
        {acts.map(({ act, step, occurred_at, told }) => (
          <li key={act}>
            <strong>{say(stepOf(step)?.labels ?? { fr: step, en: step })}</strong>, {moment(occurred_at)}
            {told !== null && ` – ${t("verdict.wrong")} : ${named("judged.code", told)}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Shown({ bag }: { readonly bag: BagDetail }) {
  const patient = patientOf(bag.id);
  return (
    <>
      <header class="bag-head">
        <div>
          <h1>{titleOf(bag)}</h1>
          <p class="code">{nameOf(bag)}</p>
        </div>
        <p class={`state ${bag.holds.length > 0 ? "held" : ""}`}>{named("state", bag.state)}</p>
      </header>
      <Holds bag={bag} next={bag.next_steps} />
      <Clocks timers={bag.timers} />
      <dl class="facts">
        <Fact name={t("bag.place")} value={placeOf(bag)} />
        <Fact name={t("bag.custodian")} value={siteName(bag.custodian)} />
        {patient && <Fact name={t("work.patient")} value={patient} />}
        {bag.lot && <Fact name={t("bag.lot")} value={bag.lot} />}
        {bag.expires_at && <Fact name={t("bag.expires")} value={day(bag.expires_at)} />}
      </dl>
      {bag.specification === "out" && <p class="problem">{t("bag.outOfSpecification")}</p>}
      {bag.exposure.total_s > 0 && (
        <p>
          {t("bag.exposure", { total: length(bag.exposure.total_s) })}
          {bag.exposure.left_s !== null && ` – ${t("bag.exposureLeft", { left: length(bag.exposure.left_s) })}`}
        </p>
      )}
      <Next bag={bag} />
      <Photos bag={bag.id} />
      <Fold title={t("bag.curves")} load={() => import("./curve.tsx").then(({ BagCurves }) => () => <BagCurves bag={bag} />)} />
      <History bag={bag.id} />
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

function Holds({ bag, next }: { readonly bag: Bag; readonly next: readonly string[] }) {
  if (bag.holds.length === 0) return null;
  return (
    <section class="card held">
      <h2>
        <Lock /> {t("bag.holds")}
      </h2>
      <ul>
        {bag.holds.map((hold) => (
          <li key={hold.id}>
            {t("bag.hold", {
              reason: named("hold", hold.reason),
              since: moment(hold.since),
              roles: rolesOf(hold.lift),
            })}
          </li>
        ))}
      </ul>
      {next.includes("hold_lifted") && <StepButton bag={bag.id} tag="hold_lifted" />}
    </section>
  );
}

export function Clocks({ timers }: { readonly timers: readonly Timer[] }) {
  const running = timers.filter(({ due_at }) => due_at !== null);
  if (running.length === 0) return null;
  return (
    <section class="clocks" aria-label={t("bag.clocks")}>
      {running.map(({ from, to, due_at }) => (
        <p key={from + to} class="clock">
          {t("bag.clock", { from: named("anchor", from), to: named("anchor", to) })} <Countdown until={due_at ?? ""} />
        </p>
      ))}
    </section>
  );
}

function Next({ bag }: { readonly bag: BagDetail }) {
  const moving = (tag: string): boolean => stepOf(tag)?.moves.some(({ kind, from, to }) => kind === bag.kind && from === bag.state && to !== from) ?? false;
  // What ends a bag's life is never one tap away.
  const apart = new Set(["destroyed", "returned", "lost"]);
  const first = bag.next_steps.filter((tag) => moving(tag) && !apart.has(tag));
  const rest = bag.next_steps.filter((tag) => !first.includes(tag));
  if (steps.value.length === 0) return <p aria-busy="true">{t("nav.loading")}</p>;
  return (
    <section>
      <h2>{t("bag.next")}</h2>
      {bag.next_steps.length === 0 && <p>{t("bag.nothing")}</p>}
      <div class="next">
        {first.map((tag) => (
          <StepButton key={tag} bag={bag.id} tag={tag} main />
        ))}
      </div>
      {rest.length > 0 && (
        <details open={first.length === 0}>
          <summary>{t("bag.more")}</summary>
          <div class="next">
            {rest.map((tag) => (
              <StepButton key={tag} bag={bag.id} tag={tag} />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}

export function StepButton({ bag, tag, main = false }: { readonly bag: string; readonly tag: string; readonly main?: boolean }) {
  const step = stepOf(tag);
  // It may be filled in while the network is away; whoever goes there knows what it waits for.
  const waits = reach.value === "offline" && step?.offline === false;
  return (
    <button type="button" class={`${main ? "primary" : ""} ${waits ? "waits" : ""}`} onClick={() => go("step", bag, tag)}>
      {step ? say(step.labels) : tag}
      {waits && <small>{t("bag.onlyOnline")}</small>}
    </button>
  );
}

/** Product, form and number: what it is, in a line. */
export function titleOf(bag: Pick<Bag, "kind" | "product" | "form" | "ordinal" | "of">): string {
  const what = bag.kind === "collection" ? named("kind", bag.kind) : bag.product.charAt(0).toUpperCase() + bag.product.slice(1);
  return t("bag.title", { product: what, form: named("form", bag.form), ordinal: bag.ordinal, of: bag.of });
}

/** The number by which people know it: that of the donation with its product, else whatever it has. */
export function nameOf({ identifiers }: Pick<Bag, "identifiers">): string {
  const of = (scheme: string): string | undefined => identifiers.find((one) => one.scheme === scheme)?.value;
  return of("container") ?? of("din") ?? of("sec") ?? of("givre-bag") ?? identifiers[0]?.value ?? "";
}

export function placeOf(bag: Pick<Bag, "position_code" | "shipment" | "state">): string {
  if (bag.position_code) return t("bag.position", { code: bag.position_code });
  return t(bag.shipment && bag.state !== "received" ? "bag.inShipper" : "bag.noPosition");
}
