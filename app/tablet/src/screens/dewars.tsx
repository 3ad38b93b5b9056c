// What lies where: each dewar, box by box, one cell a position.
import { useEffect } from "preact/hooks";
import type { Alarm } from "../components/alarms.tsx";
import { Alarms } from "../components/alarms.tsx";
import { Fold } from "../components/fold.tsx";
import { LiveLine } from "../components/live-line.tsx";
import { stepOf } from "../device/catalogue.ts";
import { call, who } from "../device/service.ts";
import { useWatched } from "../device/watched.ts";
import { named, t } from "../i18n/index.ts";
import { nameOf } from "./bag.tsx";
import { Counts } from "./counts.tsx";
import type { DewarMap, Place } from "./dewar-maps.ts";
import { allMaps } from "./dewar-maps.ts";
import { go, route } from "./route.ts";
import type { ListedBag } from "./shapes.ts";

interface Told {
  readonly maps: readonly DewarMap[];
  readonly bags: ReadonlyMap<string, ListedBag>;
  readonly alarms: readonly Alarm[];
}

export function Dewars() {
  const { told, liveness, at, problem } = useWatched(asked, []);
  const wanted = route.value.id;
  useEffect(() => {
    if (wanted) document.getElementById(`dewar-${wanted}`)?.scrollIntoView();
  }, [wanted, told.value === null]);
  return (
    <section class="dewars">
      <header class="board-head">
        <h1>{t("dewar.title")}</h1>
        <LiveLine liveness={liveness.value} at={at.value} problem={problem.value} />
      </header>
      <Alarms alarms={told.value?.alarms ?? []} />
      <a class="button" href="#/shippers">
        {t("dewar.shippers")}
      </a>
      {told.value === null && !problem.value && <p aria-busy="true">{t("nav.loading")}</p>}
      {told.value?.maps.map((map) => (
        <OneDewar key={map.dewar.id} map={map} bags={told.value?.bags ?? new Map()} rings={told.value?.alarms.some(({ dewar }) => dewar === map.dewar.id) ?? false} />
      ))}
    </section>
  );
}

async function asked(): Promise<Told> {
  const [maps, stored, open, answered] = await Promise.all([
    allMaps(),
    call<{ readonly items: readonly ListedBag[] }>("/api/v1/bags?state=stored&limit=200"),
    call<{ readonly items: readonly Alarm[] }>("/api/v1/alarms?state=open&limit=50"),
    call<{ readonly items: readonly Alarm[] }>("/api/v1/alarms?state=acknowledged&limit=50"),
  ]);
  return { maps, bags: new Map(stored.items.map((bag) => [bag.id, bag])), alarms: [...open.items, ...answered.items] };
}

interface OneDewarProps {
  readonly map: DewarMap;
  readonly bags: ReadonlyMap<string, ListedBag>;
  readonly rings: boolean;
}

function OneDewar({ map, bags, rings }: OneDewarProps) {
  const { dewar, positions, occupied, free } = map;
  const [counts, moves] = [mayDo("counted"), mayDo("relocated")];
  const boxes = new Map<string, Place[]>();
  for (const place of positions) {
    const box = place.code.slice(0, place.code.lastIndexOf("-"));
    boxes.set(box, [...(boxes.get(box) ?? []), place]);
  }
  return (
    <section class={rings ? "dewar rings" : "dewar"} aria-labelledby={`dewar-${dewar.id}`}>
      <header>
        <h2 id={`dewar-${dewar.id}`}>
          {dewar.code} – {dewar.name} {rings && <strong class="tag late">{t("dewar.rings")}</strong>}
        </h2>
        <p>
          {t("dewar.line", { limit: dewar.limit_c, status: named("dewar.status", dewar.status) })} · {t("dewar.count", { occupied, free })}
        </p>
      </header>
      <Fold title={t("bag.curves")} load={() => import("./curve.tsx").then(({ DewarCurves }) => () => <DewarCurves dewar={dewar.id} />)} />
      <div class="boxes">
        {[...boxes].map(([box, places]) => (
          <div key={box} class="box">
            <h3>{t("dewar.box", { code: box })}</h3>
            <div class="ways">
              {counts && (
                <button type="button" onClick={() => go("count", dewar.id, box)}>
                  {t("count.begin")}
                </button>
              )}
              {moves && (
                <button type="button" onClick={() => go("move", dewar.id, box)}>
                  {t("dewar.move")}
                </button>
              )}
            </div>
            <ul>
              {places.map((place) => (
                <Cell key={place.id} place={place} bag={place.bag ? bags.get(place.bag) : undefined} />
              ))}
            </ul>
          </div>
        ))}
      </div>
      <Counts dewar={dewar.id} />
    </section>
  );
}

function mayDo(step: string): boolean {
  return who.value?.roles.some((role) => stepOf(step)?.roles.includes(role)) ?? false;
}

function Cell({ place, bag }: { readonly place: Place; readonly bag: ListedBag | undefined }) {
  const last = place.code.slice(place.code.lastIndexOf("-") + 1);
  if (!place.bag) {
    return (
      <li class="cell free">
        <strong>{last}</strong>
        <small>{t("dewar.free")}</small>
      </li>
    );
  }
  return (
    <li class={`cell ${bag && bag.holds.length > 0 ? "held" : ""}`}>
      <a href={`#/bag/${place.bag}`}>
        <strong>{last}</strong>
        <span>{bag ? bag.product : "…"}</span>
        <small class="code">{bag ? nameOf(bag) : ""}</small>
        {bag && bag.holds.length > 0 && <small class="tag held">{bag.holds.map(({ reason }) => named("hold", reason)).join(", ")}</small>}
      </a>
    </li>
  );
}
