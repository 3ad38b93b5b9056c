// What this tablet itself can say of an act that is kept and not sent yet: by its work list, its queue and its clock.
import { read } from "../core/barcodes/reader.ts";
import type { Act, SymbolMessage } from "../core/queue/link.ts";
import type { Judged } from "../core/work/judge.ts";
import { judge } from "../core/work/judge.ts";
import type { WorkStep } from "../core/work/list.ts";
import type { Taken, Waits } from "../core/work/touched.ts";
import { touched } from "../core/work/touched.ts";
import type { Reading, Source } from "../core/barcodes/reading.ts";
import { database } from "./database.ts";
import { onAnswer, onQueueChange } from "./queue.ts";
import { listedAt, workList } from "./work-list.ts";

/** The service's answer to a step, as far as it tells where a bag is now. */
interface Answer {
  readonly bag?: { readonly id: string; readonly position_code?: string | null } | null;
}

/** What this device has done: every act that waits, and every answer that moved a bag. */
interface Done {
  readonly waiting: readonly (Waits & { readonly act: string })[];
  readonly taken: readonly (Taken & { readonly at: number })[];
}

/** As the disk has it; null when something has changed since, in this tab or another. */
let done: Promise<Done> | null = null;
onQueueChange(() => (done = null));
onAnswer(() => (done = null));

/** Have at hand what a verdict needs from the disk, before somebody waits for one. */
export function prepare(): void {
  if (workList.value !== null) whatIsDone().catch(() => undefined);
}

export async function judgedHere(act: Act, step: WorkStep): Promise<Judged> {
  const list = workList.value;
  const readings = readingsOf(act.symbols);
  if (list === null) return judge(list, step, readings, Date.now());
  const { waiting, taken } = await whatIsDone();
  const others = waiting.filter((one) => one.act !== act.scan_id);
  const since = taken.filter(({ at }) => at >= listedAt.value);
  const { purpose } = act.details as { readonly purpose?: string };
  return judge(list, step, readings, Date.now(), { meant: act.bag_id ?? null, purpose: purpose ?? null, touched: touched(list, others, since) });
}

export function readingsOf(symbols: readonly SymbolMessage[]): readonly Reading[] {
  return symbols.map(({ text, symbology, source }) => read({ text, symbology: symbology ?? null, source: (source ?? "scanner") as Source }));
}

/** What the symbols of waiting acts say, read once: somebody stands in front of the next verdict, however long the queue is. */
let known = new Map<string, readonly Reading[]>();

function whatIsDone(): Promise<Done> {
  const asked = (done ??= fromDisk());
  // A disk that did not answer is asked again.
  asked.catch(() => (done = null));
  return asked;
}

async function fromDisk(): Promise<Done> {
  const look = (await database()).transaction(["queue", "answers"]);
  const [kept, answers] = await Promise.all([look.objectStore("queue").getAll(), look.objectStore("answers").getAll()]);
  known = new Map(kept.map(({ message }) => [message.scan_id, known.get(message.scan_id) ?? readingsOf(message.symbols)]));
  const waiting = kept.map(({ message }) => ({
    act: message.scan_id,
    bag: message.bag_id ?? null,
    readings: known.get(message.scan_id) ?? [],
  }));
  const taken = answers.flatMap(({ status, at, body }) => {
    const { bag } = body as Answer;
    return status === 201 && bag ? [{ at, bag: bag.id, position: bag.position_code ?? null }] : [];
  });
  return { waiting, taken };
}
