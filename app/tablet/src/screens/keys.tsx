// The passkeys of whoever is signed in: added after their PIN, removed when lost.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { PinPad } from "../components/pin-pad.tsx";
import { moment } from "../components/times.ts";
import { addPasskey } from "../device/passkey.ts";
import { Unreachable } from "../device/reach.ts";
import { Problem, call, who } from "../device/service.ts";
import { t } from "../i18n/index.ts";
import { SHORTEST_PIN } from "./signer.tsx";

interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly registered_at: string;
  readonly last_used_at: string | null;
}

export function Keys() {
  const keys = useSignal<readonly Passkey[] | null>(null);
  const [name, pin] = [useSignal(""), useSignal("")];
  const [problem, told] = [useSignal(""), useSignal("")];
  const busy = useSignal(false);
  const attempt = async (act: () => Promise<unknown>, done = ""): Promise<void> => {
    busy.value = true;
    [problem.value, told.value] = ["", ""];
    try {
      await act();
      const { items } = await call<{ readonly items: readonly Passkey[] }>("/api/v1/auth/passkeys");
      keys.value = items.filter(({ state }) => state === "active");
      told.value = done;
    } catch (error) {
      if (error instanceof Unreachable) problem.value = t("shell.unreachable");
      else problem.value = error instanceof Problem ? error.detail : t("keys.failed");
    } finally {
      busy.value = false;
    }
  };
  useEffect(() => void attempt(async () => undefined), []);
  const add = (event: SubmitEvent): void => {
    event.preventDefault();
    const adding = addPasskey(pin.value, name.value.trim()).then(() => (name.value = ""));
    // Emptied by the act that used it: a list that comes late takes no digit from whoever is typing.
    void attempt(() => adding, t("keys.added")).finally(() => (pin.value = ""));
  };
  return (
    <section class="keys">
      <h1>{t("keys.title")}</h1>
      <p>
        {who.value?.name} – {t("keys.lead")}
      </p>
      <p role="status" class="large">
        {told.value}
      </p>
      <p role="alert" class="problem">
        {problem.value}
      </p>
      {keys.value?.length === 0 && <p>{t("keys.none")}</p>}
      <ul class="items">
        {keys.value?.map((key) => (
          <li key={key.id} class="card">
            <strong>{key.name}</strong>
            <p>
              {t("keys.since", { time: moment(key.registered_at) })}
              {key.last_used_at && ` – ${t("keys.used", { time: moment(key.last_used_at) })}`}
            </p>
            <button type="button" disabled={busy.value} onClick={() => void attempt(() => call(`/api/v1/auth/passkeys/${key.id}/removal`, {}))}>
              {t("keys.remove")}
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={add}>
        <h2>{t("keys.add")}</h2>
        <label>
          {t("keys.name")}
          <input value={name.value} maxLength={200} autocomplete="off" onInput={({ currentTarget }) => (name.value = currentTarget.value)} />
        </label>
        <p>{t("keys.pinLead")}</p>
        <PinPad pin={pin} />
        <button type="submit" class="primary" disabled={busy.value || !name.value.trim() || pin.value.length < SHORTEST_PIN}>
          {t("keys.add")}
        </button>
      </form>
    </section>
  );
}
