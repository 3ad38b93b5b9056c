// A scan that was refused on arrival: two people say whether it happened. It states a fact and applies no step (decision 21).
import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import type { Act } from "../core/queue/link.ts";
import { Unreachable } from "../device/reach.ts";
import type { Scan } from "../device/scans.ts";
import { listen } from "../device/scans.ts";
import { Problem, call } from "../device/service.ts";
import { signalRead } from "../device/signals.ts";
import { deviceId } from "../device/tablet.ts";
import { t } from "../i18n/index.ts";
import { BagLine } from "./bag-line.tsx";
import { symbolOf } from "./look-up.ts";
import type { Item } from "./settle.tsx";
import { Made } from "./settle.tsx";
import type { ReadAnswer } from "./shapes.ts";
import { Witness } from "./witness.tsx";

/** Who may stand beside the one who settles. */
const BESIDE = { roles: ["pharmacist", "physician", "quality"], receiver: false, meaning: { fr: "", en: "" } } as const;

interface Props {
  readonly item: Item;
  readonly may: boolean;
  readonly done: (told: string) => void;
}

export function Late({ item, may, done }: Props) {
  const decision = useSignal<"accepted" | "dismissed" | null>(null);
  return (
    <li class="card warn">
      <h3>{item.title}</h3>
      <BagLine id={item.bag} />
      <Made item={item} />
      {!may && <p>{t("settle.cannot")}</p>}
      {may && (
        <div class="ways" role="group" aria-label={item.title}>
          <button type="button" aria-pressed={decision.value === "accepted"} onClick={() => (decision.value = "accepted")}>
            {t("settle.accept")}
          </button>
          <button type="button" aria-pressed={decision.value === "dismissed"} onClick={() => (decision.value = "dismissed")}>
            {t("settle.dismiss")}
          </button>
        </div>
      )}
      {decision.value && <Decide key={decision.value} item={item} decision={decision.value} done={done} />}
    </li>
  );
}

interface DecideProps {
  readonly item: Item;
  readonly decision: "accepted" | "dismissed";
  readonly done: (told: string) => void;
}

function Decide({ item, decision, done }: DecideProps) {
  const reason = useSignal("");
  const bag = useSignal(item.bag);
  const problem = useSignal("");
  const signing = useSignal<Act | null>(null);
  const needsBag = decision === "accepted" && item.bag === null;
  const find = async (scan: Scan): Promise<void> => {
    signalRead();
    problem.value = "";
    try {
      const { subjects } = await call<ReadAnswer>("/api/v1/scans/read", { symbols: [symbolOf(scan)] });
      const bags = subjects.filter(({ type }) => type === "bag");
      if (bags.length === 1) bag.value = bags[0]?.id ?? null;
      else problem.value = t(bags.length > 1 ? "scan.several" : "scan.unknown");
    } catch (error) {
      problem.value = said(error);
    }
  };
  useLayoutEffect(() => {
    if (!needsBag) return undefined;
    return listen({ scanned: (scan) => void find(scan), doubted: () => (problem.value = t("scan.doubt")) });
  }, []);
  const settle = async ({ occurred_at, device_id, details, bag_id, witness }: Act): Promise<void> => {
    signing.value = null;
    try {
      await call(`/api/v1/settle/${item.id}`, { ...details, occurred_at, device_id, bag_id, witness });
      done(t("settle.done"));
    } catch (error) {
      problem.value = said(error);
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    signing.value = {
      scan_id: item.id,
      step: "settled",
      symbols: [],
      occurred_at: new Date().toISOString(),
      device_id: deviceId(),
      details: { decision, reason: reason.value.trim() },
      bag_id: bag.value,
    };
  };
  return (
    <form onSubmit={submit}>
      <p>{t(decision === "accepted" ? "settle.acceptHelp" : "settle.dismissHelp")}</p>
      {needsBag && <p class="large">{t("settle.which")}</p>}
      {needsBag && <BagLine id={bag.value} />}
      <label>
        {t("settle.reason")}
        <textarea rows={2} required maxLength={2000} value={reason.value} onInput={({ currentTarget }) => (reason.value = currentTarget.value)} />
      </label>
      <p role="alert" class="problem">
        {problem.value}
      </p>
      <button type="submit" class="primary" disabled={!reason.value.trim() || (needsBag && bag.value === null)}>
        {t("settle.sign")}
      </button>
      {signing.value && (
        <Witness
          act={signing.value}
          rule={BESIDE}
          nameable={false}
          refused={null}
          done={(act) => void settle(act)}
          cancel={() => (signing.value = null)}
        />
      )}
    </form>
  );
}

function said(error: unknown): string {
  if (error instanceof Unreachable) return t("witness.offline");
  return error instanceof Problem ? error.detail || error.title : t("nav.failed");
}
