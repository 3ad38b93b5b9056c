// What lies where: each dewar, box by box, one cell a position.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Fold } from "../components/fold.tsx";
import { Unreachable } from "../device/reach.ts";
import { stepOf } from "../device/catalogue.ts";
import { Problem, call, who } from "../device/service.ts";
import { language, named, t } from "../i18n/index.ts";
import { nameOf } from "./bag.tsx";
import { Counts } from "./counts.tsx";
import { go } from "./route.ts";
import type { ListedBag } from "./shapes.ts";

interface Dewar {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly limit_c: number;
  readonly status: string;
}

interface Place {
  readonly id: string;
  readonly code: string;
  readonly bag: string | null;
}

interface DewarMap {
  readonly dewar: Dewar;
  readonly positions: readonly Place[];
  readonly occupied: number;
  readonly free: number;
}

export function Dewars() {
  const maps = useSignal<readonly DewarMap[] | null>(null);
  const bags = useSignal<ReadonlyMap<string, ListedBag>>(new Map());
  const problem = useSignal("");
  useEffect(() => {
    const load = async (): Promise<void> => {
      const { items } = await call<{ readonly items: readonly Dewar[] }>("/api/v1/dewars?limit=200");
      const [found, stored] = await Promise.all([
        Promise.all(items.map(({ id }) => call<DewarMap>(`/api/v1/dewars/${id}/map`))),
        call<{ readonly items: readonly ListedBag[] }>("/api/v1/bags?state=stored&limit=200"),
      ]);
      bags.value = new Map(stored.items.map((bag) => [bag.id, bag]));
      maps.value = found;
    };
    load().then(
      () => (problem.value = ""),
      (error: unknown) => {
        problem.value = error instanceof Problem ? error.detail : error instanceof Unreachable ? t("shell.unreachable") : t("nav.failed");
      },
    );
  }, [language.value]);
  return (
    <section class="dewars">
      <h1>{t("dewar.title")}</h1>
      {problem.value && (
        <p role="alert" class="problem">
          {problem.value}
        </p>
      )}
      {maps.value === null && !problem.value && <p aria-busy="true">{t("nav.loading")}</p>}
      {maps.value?.map((map) => (
        <OneDewar key={map.dewar.id} map={map} bags={bags.value} />
      ))}
    </section>
  );
}

function OneDewar({ map, bags }: { readonly map: DewarMap; readonly bags: ReadonlyMap<string, ListedBag> }) {
  const { dewar, positions, occupied, free } = map;
  const counts = who.value?.roles.some((role) => stepOf("counted")?.roles.includes(role)) ?? false;
  const boxes = new Map<string, Place[]>();
  for (const place of positions) {
    const box = place.code.slice(0, place.code.lastIndexOf("-"));
    boxes.set(box, [...(boxes.get(box) ?? []), place]);
  }
  return (
    <section class="dewar" aria-labelledby={`dewar-${dewar.id}`}>
      <header>
        <h2 id={`dewar-${dewar.id}`}>
          {dewar.code} – {dewar.name}
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
            {counts && (
              <button type="button" onClick={() => go("count", dewar.id, box)}>
                {t("count.begin")}
              </button>
            )}
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
