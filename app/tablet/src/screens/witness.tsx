// A second person signs exactly this act, in gloves, on the same tablet: by badge and PIN, or with a passkey. Whoever
// authorises an override signs it too.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { personOn } from "../core/barcodes/person.ts";
import type { Act } from "../core/queue/link.ts";
import type { StepSpec } from "../device/catalogue.ts";
import { Unreachable, reach } from "../device/reach.ts";
import { signed } from "../device/record.ts";
import type { Scan } from "../device/scans.ts";
import { listen } from "../device/scans.ts";
import { Problem, who } from "../device/service.ts";
import { signalRead } from "../device/signals.ts";
import { named, say, t } from "../i18n/index.ts";
import { needsAnother } from "./deviation.tsx";
import type { Refused } from "./shapes.ts";
import type { Entered } from "./signer.tsx";
import { SignerFields, isWhole, signerOf } from "./signer.tsx";

interface Props {
  readonly act: Act;
  /** Who must stand beside; null where only the override is signed. */
  readonly rule: StepSpec["witness"];
  /** Whether they may be named by their badge where there is no network, and countersign later (decision 152). */
  readonly nameable: boolean;
  readonly refused: Refused | null;
  readonly done: (act: Act) => void;
  readonly cancel: () => void;
}

export function Witness({ act, rule, nameable, refused, done, cancel }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const mayName = nameable && rule !== null && !rule.receiver && refused === null;
  const second = useEntered();
  const authoriser = useEntered();
  const apart = useSignal(mayName && reach.value === "offline");
  const problem = useSignal(apart.value ? t("witness.byBadge") : "");
  const busy = useSignal(false);
  const apartFrom = useSignal(false);
  const authorises = refused !== null && needsAnother(refused, who.value?.roles ?? []);
  const hear = ({ text, reading }: Scan): void => {
    const person = personOn(reading);
    if (person === null) {
      problem.value = t("shell.noBadge");
      return;
    }
    signalRead();
    // Without a network a second person is named by their badge, and countersigns later.
    if (apart.value) done({ ...act, second_person: person });
    else {
      problem.value = "";
      const next = rule && (second.badge.value === null || !apartFrom.value) ? second : authorises ? authoriser : second;
      next.badge.value = text;
    }
  };
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useLayoutEffect(() => listen({ scanned: hear, doubted: () => (problem.value = t("shell.noBadge")) }), []);
  const sign = async (proof: (of: Act) => Promise<string>): Promise<void> => {
    busy.value = true;
    problem.value = "";
    try {
      let whole = act;
      const other = signerOf(authoriser);
      if (authorises && other && act.deviation) {
        whole = { ...whole, deviation: { ...act.deviation, authoriser: await signed(act, other, authoriser.pin.value) } };
      }
      if (rule) whole = { ...whole, witness: await proof(act) };
      done(whole);
    } catch (error) {
      [second.pin.value, authoriser.pin.value] = ["", ""];
      apart.value = error instanceof Unreachable && mayName;
      if (error instanceof Unreachable) problem.value = t(apart.value ? "witness.byBadge" : "witness.offline");
      else if (error instanceof Error && error.name === "NoPasskey") problem.value = t("witness.noPasskey");
      else problem.value = error instanceof Problem && error.detail ? error.detail : t("witness.refused");
    } finally {
      busy.value = false;
    }
  };
  const byPin = async (of: Act): Promise<string> => {
    const signer = signerOf(second);
    return signer ? signed(of, signer, second.pin.value) : "";
  };
  const byPasskey = async (of: Act): Promise<string> => {
    const { signedByPasskey } = await import("../device/passkey.ts");
    return signedByPasskey(of, signerOf(second) ?? { login: "" });
  };
  const ready = !authorises || isWhole(authoriser) || (rule !== null && !apartFrom.value);
  return (
    <dialog ref={dialog} class="witness" aria-labelledby="witness-title" onCancel={cancel}>
      <h2 id="witness-title">{t(rule ? "witness.title" : "step.authoriser")}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void sign(byPin);
        }}
      >
        {rule && (
          <>
            <p>{leadOf(act.step, rule)}</p>
            {!apart.value && <p>{t("witness.badgeLead")}</p>}
            {!apart.value && <SignerFields entered={second} label="witness.login" />}
          </>
        )}
        {authorises && !rule && <SignerFields entered={authoriser} label="witness.authoriserLogin" />}
        {authorises && rule && (
          // The second person may hold the role that authorises; if not, somebody else does.
          <details open={apartFrom.value} onToggle={({ currentTarget }) => (apartFrom.value = currentTarget.open)}>
            <summary>{t("witness.somebodyElse")}</summary>
            <SignerFields entered={authoriser} label="witness.authoriserLogin" />
          </details>
        )}
        <p role="alert" class="problem">
          {problem.value}
        </p>
        <div class="ways">
          <button type="button" onClick={cancel}>
            {t("witness.cancel")}
          </button>
          {rule && !apart.value && (
            <button type="button" disabled={busy.value || !ready || signerOf(second) === null} onClick={() => void sign(byPasskey)}>
              {t("witness.passkey")}
            </button>
          )}
          {!apart.value && (
            <button type="submit" class="primary" disabled={busy.value || !ready || (rule !== null && !isWhole(second))}>
              {t("witness.sign")}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}

function useEntered(): Entered {
  return { badge: useSignal<string | null>(null), login: useSignal(""), pin: useSignal("") };
}

function leadOf(step: string, rule: NonNullable<Props["rule"]>): string {
  const roles = rule.roles.map((role) => named("role", role)).join(", ");
  // Whoever lifts a hold with somebody stands at another site, and takes nothing over.
  if (rule.receiver && step !== "hold_lifted") return t("witness.receiver");
  const meaning = say(rule.meaning);
  return t("witness.lead", { roles }) + (meaning ? ` ${t("witness.meaning", { meaning })}` : "");
}
