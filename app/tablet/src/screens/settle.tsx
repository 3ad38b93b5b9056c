// What waits for a person: acts to countersign, scans that were refused on arrival, scans that the service did not want.
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { moment } from "../components/times.ts";
import { stepOf } from "../device/catalogue.ts";
import { Unreachable } from "../device/reach.ts";
import { Problem, call, who } from "../device/service.ts";
import { language, say, t } from "../i18n/index.ts";
import { mayStandBeside } from "./beside.ts";
import { Countersignature } from "./countersign.tsx";
import { Late } from "./late.tsx";
import { ParkedScans } from "./parked.tsx";

/** A scan that waits for a person, as `/settle` and `/countersignatures` tell it. */
export interface Item {
  readonly id: string;
  readonly bag: string | null;
  readonly step: string;
  readonly code: string;
  readonly title: string;
  readonly device: string;
  readonly occurred_at: string;
}

/** Those who may read the list of refused scans, and those who settle them (the service's own rule). */
const READ: ReadonlySet<string> = new Set(["quality", "pharmacist", "coordinator", "auditor"]);
const SETTLE: ReadonlySet<string> = new Set(["quality", "pharmacist"]);

/** An act that is taken and waits for its second person's signature. */
const AWAITED = "countersignature-awaited";

type Found = readonly Item[] | null;

export function Settle() {
  const roles = who.value?.roles ?? [];
  const beside = mayStandBeside(roles);
  const reads = roles.some((role) => READ.has(role));
  const [mine, late] = [useSignal<Found>(beside ? null : []), useSignal<Found>(reads ? null : [])];
  const problem = useSignal("");
  const told = useSignal("");
  const load = async (): Promise<void> => {
    try {
      if (beside) mine.value = await all("/api/v1/countersignatures?limit=200");
      if (reads) late.value = await all("/api/v1/settle?state=open&limit=200");
      problem.value = "";
    } catch (error) {
      problem.value = error instanceof Problem ? error.detail : error instanceof Unreachable ? t("shell.unreachable") : t("nav.failed");
    }
  };
  useEffect(() => void load(), [language.value]);
  const done = (text: string): void => {
    told.value = text;
    void load();
  };
  // What the caller is to sign themselves stands above already.
  const own = new Set(mine.value?.map(({ id }) => id));
  const refused = late.value?.filter(({ code }) => code !== AWAITED);
  const others = late.value?.filter(({ code, id }) => code === AWAITED && !own.has(id));
  const settling = (item: Item): JSX.Element => <Late key={item.id} item={item} may={roles.some((role) => SETTLE.has(role))} done={done} />;
  const loading = mine.value === null || late.value === null;
  return (
    <section class="settle">
      <h1>{t("settle.title")}</h1>
      <p role="status" class="large">
        {told.value}
      </p>
      {problem.value && (
        <p role="alert" class="problem">
          {problem.value}
        </p>
      )}
      {loading && !problem.value && <p aria-busy="true">{t("nav.loading")}</p>}
      <ParkedScans done={done} />
      <Part title="settle.mine" lead="settle.mineLead" found={mine.value}>
        {(item) => <Countersignature key={item.id} item={item} done={done} />}
      </Part>
      <Part title="settle.late" lead="settle.lateLead" found={refused}>
        {settling}
      </Part>
      <Part title="settle.others" lead="settle.othersLead" found={others}>
        {settling}
      </Part>
      {!loading && mine.value?.length === 0 && late.value?.length === 0 && <p>{t("settle.nothing")}</p>}
    </section>
  );
}

interface PartProps {
  readonly title: "settle.mine" | "settle.late" | "settle.others";
  readonly lead: "settle.mineLead" | "settle.lateLead" | "settle.othersLead";
  readonly found: Found | undefined;
  readonly children: (item: Item) => JSX.Element;
}

function Part({ title, lead, found, children }: PartProps) {
  if (!found?.length) return null;
  return (
    <section aria-labelledby={title}>
      <h2 id={title}>{t(title)}</h2>
      <p>{t(lead)}</p>
      <ul class="items">{found.map(children)}</ul>
    </section>
  );
}

/** The step, the time and the tablet of an item, in a line. */
export function Made({ item }: { readonly item: Item }) {
  const step = stepOf(item.step);
  return <p>{t("settle.made", { step: step ? say(step.labels) : item.step, time: moment(item.occurred_at), device: item.device })}</p>;
}

async function all(path: string): Promise<readonly Item[]> {
  return (await call<{ readonly items: readonly Item[] }>(path)).items;
}
