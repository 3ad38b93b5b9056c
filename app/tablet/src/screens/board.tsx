// Every therapy with what is due, late or on hold: for the big screen and the coordinator's laptop, as it happens.
import { useSignal } from "@preact/signals";
import type { Alarm } from "../components/alarms.tsx";
import { Alarms } from "../components/alarms.tsx";
import { Countdown } from "../components/clock.tsx";
import { Lock, ScanIcon } from "../components/icons.tsx";
import { Lazy } from "../components/lazy.tsx";
import { LiveLine } from "../components/live-line.tsx";
import { call, who } from "../device/service.ts";
import { useWatched } from "../device/watched.ts";
import type { Key } from "../i18n/index.ts";
import { named, t } from "../i18n/index.ts";
import { nameOf, placeOf, titleOf } from "./bag.tsx";
import type { BoardAnswer, BoardBag, Share, Therapy, View } from "./board-order.ts";
import { SHARES, VIEWS, counted, inShare, ordered, running, viewFor } from "./board-order.ts";

const NAMES: Readonly<Record<Share, Key>> = { all: "board.all", late: "board.late", due: "board.due", held: "board.held" };
const KINDS = ["deviation", "settlement", "review"] as const;

interface Told {
  readonly board: BoardAnswer;
  readonly alarms: readonly Alarm[];
}

export function Board() {
  const view = useSignal<View>(viewFor(who.value?.roles ?? []));
  const share = useSignal<Share>("all");
  const searching = useSignal(false);
  const { told, liveness, at, problem } = useWatched(() => asked(view.value), [view.value]);
  const therapies = told.value?.board.therapies ?? [];
  const counts = counted(therapies);
  const seen = therapies.filter((therapy) => inShare(therapy, share.value));
  return (
    <section class="board">
      <header class="board-head">
        <h1>{t("board.title")}</h1>
        <LiveLine liveness={liveness.value} at={at.value} problem={problem.value} />
      </header>
      <div class="views" role="group" aria-label={t("board.view")}>
        {VIEWS.map((one) => (
          <button type="button" key={one} aria-pressed={view.value === one} onClick={() => (view.value = one)}>
            {named("board.view", one)}
          </button>
        ))}
        <button type="button" aria-expanded={searching.value} onClick={() => (searching.value = !searching.value)}>
          <ScanIcon /> {t("board.search")}
        </button>
      </div>
      {searching.value && <Lazy load={() => import("../components/scan-box.tsx").then(({ ScanBox }) => ScanBox)} />}
      <Alarms alarms={told.value?.alarms ?? []} />
      {told.value && view.value === "quality" && (
        <ul class="open" aria-label={t("board.open")}>
          {KINDS.map((kind) => (
            <li key={kind}>
              <strong>{told.value?.board.open[kind]}</strong> {named("board.open", kind, { count: told.value?.board.open[kind] ?? 0 })}
            </li>
          ))}
        </ul>
      )}
      <div class="shares" role="group" aria-label={t("board.show")}>
        {SHARES.map((one) => (
          <button type="button" key={one} class={one} aria-pressed={share.value === one} onClick={() => (share.value = one)}>
            <strong>{counts[one]}</strong> {t(NAMES[one])}
          </button>
        ))}
      </div>
      {told.value === null && !problem.value && <p aria-busy="true">{t("nav.loading")}</p>}
      {told.value && !told.value.board.complete && <p class="problem">{t("board.cut")}</p>}
      {told.value && seen.length === 0 && <p class="large">{t("board.empty")}</p>}
      <ul class="therapies">
        {seen.map((therapy) => (
          <TherapyCard key={therapy.id} therapy={therapy} />
        ))}
      </ul>
    </section>
  );
}

async function asked(view: View): Promise<Told> {
  const [board, open, answered] = await Promise.all([
    call<BoardAnswer>(`/api/v1/board?view=${view}`),
    call<{ readonly items: readonly Alarm[] }>("/api/v1/alarms?state=open&limit=50"),
    call<{ readonly items: readonly Alarm[] }>("/api/v1/alarms?state=acknowledged&limit=50"),
  ]);
  return { board, alarms: [...open.items, ...answered.items] };
}

function TherapyCard({ therapy }: { readonly therapy: Therapy }) {
  const bags = ordered(therapy.bags);
  return (
    <li class="therapy">
      <h2>
        <span class="product">{therapy.product}</span> <span class="code">{therapy.coi}</span>
        {therapy.cautions.includes("identity-provisional") && <small> {t("board.provisional")}</small>}
      </h2>
      {bags.length === 0 && <p class="quiet">{t("board.nobag")}</p>}
      <ul class="bags">
        {bags.map((bag) => (
          <BagLine key={bag.id} bag={bag} product={therapy.product} />
        ))}
      </ul>
    </li>
  );
}

function BagLine({ bag, product }: { readonly bag: BoardBag; readonly product: string }) {
  return (
    <li>
      <a href={`#/bag/${bag.id}`} class={`bag ${bag.late ? "late" : ""} ${bag.holds.length > 0 ? "held" : ""}`}>
        <span>
          <strong>{named("state", bag.state)}</strong> <small>{titleOf({ ...bag, product })}</small>
        </span>
        <small class="code">{nameOf(bag)}</small>
        <small>{placeOf(bag)}</small>
        {bag.holds.length > 0 && (
          <span class="tag held">
            <Lock /> {bag.holds.map(({ reason }) => named("hold", reason)).join(", ")}
          </span>
        )}
        {running(bag).map(({ from, to, due_at }) => (
          <span key={from + to}>
            <small>{t("bag.clock", { from: named("anchor", from), to: named("anchor", to) })}</small> <Countdown until={due_at ?? ""} />
          </span>
        ))}
        {bag.late && <span class="tag late">{t("board.late")}</span>}
      </a>
    </li>
  );
}
