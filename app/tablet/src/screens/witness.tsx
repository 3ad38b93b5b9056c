// A second person signs exactly this act, in gloves: their login, their PIN, on the same tablet.
import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { PinPad } from "../components/pin-pad.tsx";
import type { Act } from "../core/queue/link.ts";
import type { StepSpec } from "../device/catalogue.ts";
import { Unreachable } from "../device/reach.ts";
import { signed } from "../device/record.ts";
import { listen } from "../device/scans.ts";
import { Problem, who } from "../device/service.ts";
import { signalRead } from "../device/signals.ts";
import { named, t } from "../i18n/index.ts";
import type { Refused } from "./shapes.ts";

interface Props {
  readonly act: Act;
  readonly step: StepSpec;
  readonly refused: Refused | null;
  readonly done: (act: Act) => void;
  readonly cancel: () => void;
}

export function Witness({ act, step, refused, done, cancel }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [login, pin] = [useSignal(""), useSignal("")];
  const [authoriser, authoriserPin] = [useSignal(""), useSignal("")];
  const problem = useSignal("");
  const apart = useSignal(false);
  const busy = useSignal(false);
  const authorises = refused !== null && needsAnother(refused, who.value?.roles ?? []);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useLayoutEffect(
    () =>
      listen({
        // Without a network a second person is named by their badge, and countersigns later.
        scanned: ({ reading }) => {
          if (!apart.value || reading.status !== "identified" || reading.subject !== "person") return;
          signalRead();
          const id = (reading.identifiers[0]?.value ?? "").toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
          done({ ...act, second_person: id });
        },
        doubted: () => undefined,
      }),
    [],
  );
  const sign = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    problem.value = "";
    try {
      let whole = act;
      if (authorises && authoriser.value.trim() && act.deviation) {
        const token = await signed(act, authoriser.value.trim(), authoriserPin.value);
        whole = { ...whole, deviation: { ...act.deviation, authoriser: token } };
      }
      if (step.witness) whole = { ...whole, witness: await signed(act, login.value.trim(), pin.value) };
      done(whole);
    } catch (error) {
      [pin.value, authoriserPin.value] = ["", ""];
      apart.value = error instanceof Unreachable && step.witness !== null && !step.witness.receiver && refused === null;
      if (error instanceof Unreachable) problem.value = t(apart.value ? "witness.byBadge" : "witness.offline");
      else problem.value = error instanceof Problem && error.detail ? error.detail : t("witness.refused");
    } finally {
      busy.value = false;
    }
  };
  return (
    <dialog ref={dialog} class="witness" aria-labelledby="witness-title" onCancel={cancel}>
      <h2 id="witness-title">{t(step.witness ? "witness.title" : "step.authoriser")}</h2>
      <form onSubmit={(event) => void sign(event)}>
        {step.witness && (
          <>
            <p>
              {step.witness.receiver
                ? t("witness.receiver")
                : t("witness.lead", { roles: step.witness.roles.map((role) => named("role", role)).join(", ") })}
            </p>
            <Login label={t("witness.login")} value={login} />
            <PinPad pin={pin} />
          </>
        )}
        {authorises && (
          <>
            <Login label={t("witness.authoriserLogin")} value={authoriser} />
            <PinPad pin={authoriserPin} />
          </>
        )}
        <p role="alert" class="problem">
          {problem.value}
        </p>
        <div class="ways">
          <button type="button" onClick={cancel}>
            {t("witness.cancel")}
          </button>
          <button type="submit" class="primary" disabled={busy.value || (step.witness !== null && (pin.value.length < 6 || !login.value.trim()))}>
            {t("witness.sign")}
          </button>
        </div>
      </form>
    </dialog>
  );
}

function Login({ label, value }: { readonly label: string; readonly value: Signal<string> }) {
  return (
    <label>
      {label}
      <input
        value={value.value}
        onInput={({ currentTarget }) => (value.value = currentTarget.value)}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
    </label>
  );
}

/** Whether somebody else must authorise: a group that my own roles do not fill, or more groups than one person fills. */
function needsAnother({ rung, authorisers = [] }: Refused, mine: readonly string[]): boolean {
  return rung === "senior" && (authorisers.length > 1 || !authorisers.some((group) => group.some((role) => mine.includes(role))));
}
