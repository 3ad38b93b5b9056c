// Every therapy with what is due, late or on hold: for the big screen and the coordinator's laptop.
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Countdown } from "../components/clock.tsx";
import { Lock } from "../components/icons.tsx";
import { hour } from "../components/times.ts";
import { Unreachable } from "../device/reach.ts";
import { Problem, call } from "../device/service.ts";
import type { Key } from "../i18n/index.ts";
import { language, named, t } from "../i18n/index.ts";
import { nameOf, placeOf, titleOf } from "./bag.tsx";
import type { Group, Share, Therapy } from "./board-order.ts";
import { SHARES, counted, grouped, inShare } from "./board-order.ts";
import type { ListedBag } from "./shapes.ts";

const AGAIN = 10_000;
const NAMES: Readonly<Record<Share, Key>> = { all: "board.all", late: "board.late", due: "board.due", held: "board.held" };

interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

export function Board() {
  const groups = useSignal<readonly Group[] | null>(null);
  const at = useSignal(0);
  const problem = useSignal("");
  const share = useSignal<Share>("all");
  const counts = useComputed(() => counted(groups.value ?? []));
  useEffect(() => {
    const load = async (): Promise<void> => {
      try {
        const [therapies, bags] = await Promise.all([all<Therapy>("/api/v1/therapies"), all<ListedBag>("/api/v1/bags")]);
        groups.value = grouped(therapies, bags);
        at.value = Date.now();
        problem.value = "";
      } catch (error) {
        problem.value = error instanceof Problem ? error.detail : error instanceof Unreachable ? t("shell.unreachable") : t("nav.failed");
      }
    };
    void load();
    const timer = setInterval(() => void load(), AGAIN);
    return () => clearInterval(timer);
  }, [language.value]);
  const seen = (groups.value ?? []).filter((group) => inShare(group, share.value));
  return (
    <section class="board">
      <header class="board-head">
        <h1>{t("board.title")}</h1>
        <p class={problem.value ? "problem" : "quiet"} role="status">
          {at.value > 0 && t(problem.value ? "board.stale" : "board.refreshed", { time: hour(at.value) })} {problem.value}
        </p>
      </header>
      <div class="shares" role="group" aria-label={t("board.show")}>
        {SHARES.map((one) => (
          <button type="button" key={one} class={one} aria-pressed={share.value === one} onClick={() => (share.value = one)}>
            <strong>{counts.value[one]}</strong> {t(NAMES[one])}
          </button>
        ))}
      </div>
      {groups.value === null && !problem.value && <p aria-busy="true">{t("nav.loading")}</p>}
      {groups.value !== null && seen.length === 0 && <p class="large">{t("board.empty")}</p>}
      <ul class="therapies">
        {seen.map((group) => (
          <TherapyCard key={group.therapy.id} group={group} />
        ))}
      </ul>
    </section>
  );
}

function TherapyCard({ group: { therapy, bags } }: { readonly group: Group }) {
  return (
    <li class="therapy">
      <h2>
        <span class="product">{therapy.product}</span> <span class="code">{therapy.coi}</span>
        {therapy.cautions.includes("identity-provisional") && <small> {t("board.provisional")}</small>}
      </h2>
      {bags.length === 0 && <p class="quiet">{t("board.nobag")}</p>}
      <ul class="bags">
        {bags.map((bag) => (
          <li key={bag.id}>
            <a href={`#/bag/${bag.id}`} class={`bag ${bag.late ? "late" : ""} ${bag.holds.length > 0 ? "held" : ""}`}>
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
              {bag.clock_due_at && <Countdown until={bag.clock_due_at} />}
              {bag.late && <span class="tag late">{t("board.late")}</span>}
            </a>
          </li>
        ))}
      </ul>
    </li>
  );
}

/** Every page of a list. */
async function all<T>(path: string): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await call<Page<T>>(`${path}?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return items;
}
