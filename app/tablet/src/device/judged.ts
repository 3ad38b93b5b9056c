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
import { listedAt, workList } from "./work-list.ts";

/** The service's answer to a step, as far as it tells where a bag is now. */
interface Answer {
  readonly bag?: { readonly id: string; readonly position_code?: string | null } | null;
}

export async function judgedHere(act: Act, step: WorkStep): Promise<Judged> {
  const list = workList.value;
  const readings = readingsOf(act.symbols);
  const since = list ? touched(list, await waiting(act.scan_id), await taken(listedAt.value)) : new Set<string>();
  return judge(list, step, readings, Date.now(), { meant: act.bag_id ?? null, touched: since });
}

export function readingsOf(symbols: readonly SymbolMessage[]): readonly Reading[] {
  return symbols.map(({ text, symbology, source }) => read({ text, symbology: symbology ?? null, source: (source ?? "scanner") as Source }));
}

/** What the symbols of waiting acts say, read once: somebody stands in front of the next verdict, however long the queue is. */
let known = new Map<string, readonly Reading[]>();

async function waiting(but: string): Promise<readonly Waits[]> {
  const kept = await (await database()).getAll("queue");
  known = new Map(kept.map(({ message }) => [message.scan_id, known.get(message.scan_id) ?? readingsOf(message.symbols)]));
  return kept
    .filter(({ message }) => message.scan_id !== but)
    .map(({ message }) => ({ bag: message.bag_id ?? null, readings: known.get(message.scan_id) ?? [] }));
}

async function taken(since: number): Promise<readonly Taken[]> {
  const answers = await (await database()).getAll("answers");
  return answers.flatMap(({ status, at, body }) => {
    const { bag } = body as Answer;
    return status === 201 && at >= since && bag ? [{ bag: bag.id, position: bag.position_code ?? null }] : [];
  });
}
