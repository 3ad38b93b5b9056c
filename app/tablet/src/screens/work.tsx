// Today's work, from the signed list: it is here without a network too, and says until when.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Countdown, now } from "../components/clock.tsx";
import { Lock, PenIcon } from "../components/icons.tsx";
import { minute } from "../components/times.ts";
import type { WorkBag, WorkList } from "../core/work/list.ts";
import { clockOf, inOrder, isLate, standing } from "../core/work/list.ts";
import { steps } from "../device/catalogue.ts";
import { currentList, unsentByBag } from "../device/done.ts";
import { reach } from "../device/reach.ts";
import { call, who } from "../device/service.ts";
import { session } from "../device/session.ts";
import { listedAt } from "../device/work-list.ts";
import { named, t } from "../i18n/index.ts";
import { mayStandBeside } from "./beside.ts";
import { StepButton, nameOf, placeOf, titleOf } from "./bag.tsx";
import { NO_BAG } from "./route.ts";

/** Bags that are shown before somebody asks for all of them. */
const FIRST = 12;

export function Work() {
  return (
    <>
      <Awaited />
      <List />
      <Therapies />
    </>
  );
}

/** Somebody who was named beside an act without a network is told so as soon as they are back. */
function Awaited() {
  const count = useSignal(0);
  const login = session.value?.login;
  useEffect(() => {
    count.value = 0;
    if (!mayStandBeside(who.value?.roles ?? [])) return;
    call<{ readonly items: readonly unknown[] }>("/api/v1/countersignatures?limit=50").then(
      ({ items }) => (count.value = items.length),
      // Whoever is offline sees it when they are back.
      () => undefined,
    );
  }, [login, reach.value]);
  if (count.value === 0) return null;
  return (
    <a class="button awaited" href="#/settle">
      <PenIcon /> {t("settle.waiting", { count: count.value })}
    </a>
  );
}

/** What is done for a therapy and not for one bag. */
function Therapies() {
  const mine = new Set(who.value?.roles);
  const about = steps.value.filter(({ subject, roles }) => subject === "therapy" && roles.some((role) => mine.has(role)));
  if (about.length === 0) return null;
  return (
    <section aria-labelledby="work-therapies">
      <h2 id="work-therapies">{t("work.therapies")}</h2>
      <div class="next">
        {about.map(({ tag }) => (
          <StepButton key={tag} bag={NO_BAG} tag={tag} />
        ))}
      </div>
    </section>
  );
}

function List() {
  const list = currentList.value;
  if (!list) {
    return reach.value === "offline" ? (
      <p class="card warn" role="status">
        {t("work.none")}
      </p>
    ) : null;
  }
  const stands = standing(list, now.value);
  if (stands !== "valid") {
    return (
      <p class="card warn" role="status">
        {t(`work.${stands}`, { time: minute(list.expires_at) })}
      </p>
    );
  }
  return <Day list={list} />;
}

function Day({ list }: { readonly list: WorkList }) {
  const all = useSignal(false);
  const bags = inOrder(list, now.value);
  const seen = all.value ? bags : bags.slice(0, FIRST);
  return (
    <section class="work" aria-labelledby="work-title">
      <h2 id="work-title">
        {t("work.title")} <small>{t("work.count", { count: bags.length })}</small>
      </h2>
      <p class="quiet">
        {t("work.until", { time: minute(list.expires_at) })} – {t("work.asked", { time: minute(listedAt.value) })}
      </p>
      {!list.complete && <p class="problem">{t("work.incomplete")}</p>}
      {bags.length === 0 && <p class="large">{t("work.empty")}</p>}
      <ul class="bags">
        {seen.map((bag) => (
          <li key={bag.id}>
            <Line bag={bag} />
          </li>
        ))}
      </ul>
      {seen.length < bags.length && (
        <button type="button" onClick={() => (all.value = true)}>
          {t("work.all", { count: bags.length - seen.length })}
        </button>
      )}
    </section>
  );
}

function Line({ bag }: { readonly bag: WorkBag }) {
  const late = isLate(bag, now.value);
  const due = clockOf(bag);
  return (
    <a href={`#/bag/${bag.id}`} class={`bag ${late ? "late" : ""} ${bag.holds.length > 0 ? "held" : ""}`}>
      <span>
        <strong>{named("state", bag.state)}</strong> <small>{titleOf(bag)}</small>
      </span>
      <small class="code">{nameOf(bag)}</small>
      <small>{placeOf(bag)}</small>
      {bag.holds.length > 0 && (
        <span class="tag held">
          <Lock /> {bag.holds.map(({ reason }) => named("hold", reason)).join(", ")}
        </span>
      )}
      {unsentByBag.value.has(bag.id) && <span class="tag">{t("work.unsent")}</span>}
      {due && <Countdown until={due} />}
      {late && <span class="tag late">{t("work.late")}</span>}
    </a>
  );
}
