// What this tablet itself can say of an act that is kept and not sent yet: by its work list, its queue and its clock.
import type { Act } from "../core/queue/link.ts";
import type { Judged } from "../core/work/judge.ts";
import { judge } from "../core/work/judge.ts";
import type { WorkStep } from "../core/work/list.ts";
import { brought, heldHere, touched } from "../core/work/touched.ts";
import { readingsOf, takenSince, whatIsDone } from "./done.ts";
import { workList } from "./work-list.ts";

/** Have at hand what a verdict needs from the disk, before somebody waits for one. */
export function prepare(): void {
  if (workList.value !== null) whatIsDone().catch(() => undefined);
}

export async function judgedHere(act: Act, step: WorkStep): Promise<Judged> {
  const list = workList.value;
  const readings = readingsOf(act.symbols);
  if (list === null) return judge(list, step, readings, Date.now());
  const done = await whatIsDone();
  const others = done.waiting.filter((one) => one.act !== act.scan_id);
  const { purpose } = act.details as { readonly purpose?: string };
  return judge(brought(list, done.answers), step, readings, Date.now(), {
    meant: act.bag_id ?? null,
    purpose: purpose ?? null,
    touched: touched(list, others, takenSince(done)),
    held: heldHere(list, others),
  });
}
