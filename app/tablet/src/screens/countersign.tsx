// Whoever was named as second person in a room without a network says, signed in themselves, whether they were there.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Unreachable } from "../device/reach.ts";
import { Problem, call } from "../device/service.ts";
import { deviceId } from "../device/tablet.ts";
import { t } from "../i18n/index.ts";
import { BagLine } from "./bag-line.tsx";
import type { Item } from "./settle.tsx";
import { Made } from "./settle.tsx";

interface Props {
  readonly item: Item;
  readonly done: (told: string) => void;
}

interface Event {
  readonly step: string | null;
  readonly occurred_at: string;
  readonly actor: { readonly name: string | null } | null;
}

export function Countersignature({ item, done }: Props) {
  const denying = useSignal(false);
  const reason = useSignal("");
  const problem = useSignal("");
  const busy = useSignal(false);
  const actor = useSignal("");
  useEffect(() => {
    if (item.bag === null) return;
    call<{ readonly items: readonly Event[] }>(`/api/v1/bags/${encodeURIComponent(item.bag)}/history`).then(
      ({ items }) => (actor.value = items.find((one) => one.step === item.step && one.occurred_at === item.occurred_at)?.actor?.name ?? ""),
      () => undefined,
    );
  }, [item.id]);
  const sign = async (decision: "confirmed" | "denied"): Promise<void> => {
    busy.value = true;
    problem.value = "";
    try {
      const said = decision === "denied" ? { reason: reason.value.trim() } : {};
      await call(`/api/v1/countersignatures/${item.id}`, { decision, device_id: deviceId(), ...said });
      done(t(`settle.${decision}`));
    } catch (error) {
      if (error instanceof Unreachable) problem.value = t("witness.offline");
      else problem.value = error instanceof Problem ? error.detail : t("nav.failed");
    } finally {
      busy.value = false;
    }
  };
  return (
    <li class="card">
      <BagLine id={item.bag} />
      <Made item={item} />
      {actor.value && <p>{t("settle.by", { person: actor.value })}</p>}
      <p role="alert" class="problem">
        {problem.value}
      </p>
      {denying.value ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void sign("denied");
          }}
        >
          <label>
            {t("settle.reason")}
            <textarea rows={2} required maxLength={2000} value={reason.value} onInput={({ currentTarget }) => (reason.value = currentTarget.value)} />
          </label>
          <div class="ways">
            <button type="button" onClick={() => (denying.value = false)}>
              {t("witness.cancel")}
            </button>
            <button type="submit" disabled={busy.value || !reason.value.trim()}>
              {t("settle.denySure")}
            </button>
          </div>
        </form>
      ) : (
        <div class="ways">
          <button type="button" class="primary" disabled={busy.value} onClick={() => void sign("confirmed")}>
            {t("settle.confirm")}
          </button>
          <button type="button" disabled={busy.value} onClick={() => (denying.value = true)}>
            {t("settle.deny")}
          </button>
        </div>
      )}
    </li>
  );
}
