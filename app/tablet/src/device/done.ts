// What this device has done with the bags of its list: acts that wait, and what the service answered to those it has taken.
import { computed, signal } from "@preact/signals";
import { read } from "../core/barcodes/reader.ts";
import type { Reading, Source } from "../core/barcodes/reading.ts";
import type { SymbolMessage } from "../core/queue/link.ts";
import type { WorkList } from "../core/work/list.ts";
import type { Told, Waits } from "../core/work/touched.ts";
import { bagsOf, brought, newer } from "../core/work/touched.ts";
import { stepOf } from "./catalogue.ts";
import { database } from "./database.ts";
import { later } from "./later.ts";
import { onAnswer, onQueueChange } from "./queue.ts";
import { sending } from "./sender.ts";
import { listedAt, workList } from "./work-list.ts";

/** The service's answer to a step, as far as it tells how a bag is. */
type Answer = Partial<Omit<Told, "seq" | "bag">> & {
  readonly bag?: Told["bag"] | null;
  readonly event?: { readonly seq?: number };
};

/** An answer that brought a bag, when it came (milliseconds), and whether it was taken. */
export interface Answered extends Told {
  readonly at: number;
  readonly taken: boolean;
}

/** An act that waits, and when it happened. */
export interface Act extends Waits {
  readonly act: string;
  readonly occurred_at: string;
}

/** Every act that waits, and every answer that brought a bag. */
export interface Done {
  readonly waiting: readonly Act[];
  readonly answers: readonly Answered[];
}

/** As the screens show it: a moment late, for a verdict goes first. */
export const done = signal<Done>({ waiting: [], answers: [] });

/** The list that the screens show: with what the service has told this device since. */
export const currentList = computed<WorkList | null>(() => workList.value && brought(workList.value, done.value.answers));

/** What waits here and is not just on its way, by the bag it was done with. */
export const unsentByBag = computed<ReadonlyMap<string, readonly Act[]>>(() => {
  const list = workList.value;
  const found = new Map<string, Act[]>();
  if (sending.value.kind === "sending") return found;
  for (const act of done.value.waiting) {
    const bags = act.bag !== null ? [act.bag] : list ? bagsOf(act, list) : [];
    for (const bag of new Set(bags)) found.set(bag, [...(found.get(bag) ?? []), act]);
  }
  return found;
});

/**
 * The positions of acts that wait here, and the bag of the last act at each: null where the act does not say which. What was
 * stopped here was not done there.
 */
export const unsentAt = computed<ReadonlyMap<string, string | null>>(() => {
  const made = done.value.waiting.filter(({ told }) => told === null);
  const places = made.flatMap(({ bag, readings }) =>
    readings.flatMap((one) => (one.status === "identified" && one.subject === "position" ? [[one.fields["value"] ?? "", bag] as const] : [])),
  );
  return new Map(places);
});

/** When the service last told this device how a bag is, milliseconds: with its list, or in an answer since. */
export function toldAt(bag: string): number {
  const list = workList.value;
  return Math.max(listedAt.value, (list && newer(list, done.value.answers).get(bag)?.at) ?? 0);
}

/** As the disk has it; null when something has changed since, in this tab or another. */
let known: Promise<Done> | null = null;
const showSoon = later(async () => void (done.value = await whatIsDone()));
const changed = (): void => {
  known = null;
  showSoon();
};
onQueueChange(changed);
onAnswer(changed);
workList.subscribe(showSoon);

/** What was taken after the list was the service's newest. */
export function takenSince({ answers }: Done): readonly Answered[] {
  return answers.filter(({ at, taken }) => taken && at >= listedAt.value);
}

export function readingsOf(symbols: readonly SymbolMessage[]): readonly Reading[] {
  return symbols.map(({ text, symbology, source }) => read({ text, symbology: symbology ?? null, source: (source ?? "scanner") as Source }));
}

/** As the disk has it now. */
export function whatIsDone(): Promise<Done> {
  const asked = (known ??= fromDisk());
  // A disk that did not answer is asked again.
  asked.catch(() => (known = null));
  return asked;
}

/** What the symbols of waiting acts say, read once: somebody stands in front of the next verdict, however long the queue is. */
let readings = new Map<string, readonly Reading[]>();

async function fromDisk(): Promise<Done> {
  const look = (await database()).transaction(["queue", "answers"]);
  const [kept, answers] = await Promise.all([look.objectStore("queue").getAll(), look.objectStore("answers").getAll()]);
  readings = new Map(kept.map(({ message }) => [message.scan_id, readings.get(message.scan_id) ?? readingsOf(message.symbols)]));
  const waiting = kept.map(({ message, told }) => ({
    act: message.scan_id,
    step: message.step,
    occurred_at: message.occurred_at,
    bag: message.bag_id ?? null,
    readings: readings.get(message.scan_id) ?? [],
    told: told ?? null,
  }));
  const told = answers.flatMap(({ status, step, at, body }): Answered[] => {
    const { bag, event, timers, next_steps } = body as Answer;
    // Events are numbered from 0; that of an event which is not the bag's own says nothing of the bag's history.
    const seq = stepOf(step)?.subject === "bag" && event?.seq !== undefined ? event.seq + 1 : 0;
    return bag ? [{ at, taken: status === 201, seq, bag, ...(timers && { timers }), ...(next_steps && { next_steps }) }] : [];
  });
  return { waiting, answers: told };
}
