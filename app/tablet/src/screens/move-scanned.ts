// What a scan comes to while a part of a dewar is moved: told by the plan where that is enough, else by the service.
import { Unreachable } from "../device/reach.ts";
import type { Scan } from "../device/scans.ts";
import { Problem, call } from "../device/service.ts";
import { symbolOf } from "./look-up.ts";
import { held, planOf, w } from "./move-state.ts";
import type { Code, Moving, Plan } from "./moving.ts";
import { bagsOf, together, withBag, withStranger } from "./moving.ts";
import { placeIn, within } from "./parts.ts";
import type { ReadAnswer } from "./shapes.ts";

/** Put a scan in its place; returns what to tell whoever scanned, "" for nothing. */
export async function placed(scan: Scan, dewar: string): Promise<string> {
  const { reading, text } = scan;
  const mine = held.peek();
  if (!mine) return "";
  const { plan, moving } = mine;
  if (reading.status === "unreadable") return w("move.unreadable");
  if (reading.subject === "dewar") {
    const code = within(plan.scope, 0);
    if (reading.fields["value"] !== code) return w("move.otherDewar", { code });
    keep(dewar, { ...moving, dewar: text });
    return "";
  }
  if (reading.subject !== "bag" && reading.subject !== "product") return w("move.notABag");
  const code: Code = { text, bags: bagsOf(plan, reading) };
  const bag = together(moving.pending, code);
  if (bag !== null) return seen(dewar, plan, moving, bag, textsOf(moving, code));
  if (code.bags.length > 1) {
    keep(dewar, { ...moving, pending: [...moving.pending, code] });
    return w("move.several");
  }
  return asked(scan, dewar);
}

/** The service knows labels that the plan does not name, and bags that are recorded elsewhere. */
async function asked(scan: Scan, dewar: string): Promise<string> {
  const before = held.peek()?.moving.pending ?? [];
  let answer: ReadAnswer;
  try {
    answer = await call<ReadAnswer>("/api/v1/scans/read", { symbols: [...before.map(({ text }) => ({ text, source: "scanner" })), symbolOf(scan)] });
  } catch (error) {
    if (error instanceof Unreachable) return w("move.notKnownNow");
    if (error instanceof Problem) return error.detail;
    throw error;
  }
  // Others may have been scanned while it answered.
  const mine = held.peek();
  if (!mine) return "";
  const { plan, moving } = mine;
  const bags = answer.subjects.filter(({ type }) => type === "bag");
  const [bag, ...others] = bags;
  const texts = textsOf(moving, { text: scan.text, bags: [] });
  if (bag && others.length > 0) {
    keep(dewar, { ...moving, pending: [...moving.pending, { text: scan.text, bags: bags.map(({ id }) => id) }] });
    return w("move.several");
  }
  if (bag && plan.bags.some((one) => one.bag === bag.id)) return seen(dewar, plan, moving, bag.id, texts);
  if (bag?.position_code?.startsWith(`${plan.scope}-`)) {
    // It came to lie there after the plan was made.
    const fresh = await planOf(dewar, plan.scope, plan.to).catch(() => null);
    const now = held.peek();
    if (now && fresh?.bags.some((one) => one.bag === bag.id)) {
      held.value = { ...now, plan: fresh };
      return seen(dewar, fresh, now.moving, bag.id, texts);
    }
  }
  if (!bag && scan.reading.status === "identified" && scan.reading.subject === "product" && moving.pending.length === 0) {
    // A product code alone names thousands of bags: the number of the donation belongs to it.
    keep(dewar, { ...moving, pending: [{ text: scan.text, bags: plan.bags.map((one) => one.bag) }] });
    return w("move.several");
  }
  keep(dewar, withStranger(moving, { texts, recorded: bag?.position_code ?? null, known: bag !== undefined }));
  return "";
}

function seen(dewar: string, plan: Plan, moving: Moving, bag: string, texts: readonly string[]): string {
  const place = plan.bags.find((one) => one.bag === bag)?.position ?? "";
  const again = bag in moving.seen;
  keep(dewar, withBag(moving, bag, texts));
  return again ? w("move.again", { place: placeIn(plan.scope, place) }) : "";
}

function textsOf({ pending }: Moving, { text }: Code): readonly string[] {
  return [...new Set([...pending.map((one) => one.text), text])].slice(-8);
}

function keep(dewar: string, moving: Moving): void {
  const mine = held.peek();
  if (mine?.dewar === dewar) held.value = { ...mine, moving };
}
