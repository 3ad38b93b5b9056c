// The whole screen says it: accepted is a round green field with a check, WRONG a hatched red one with a cross that locks.
import { useLayoutEffect, useRef } from "preact/hooks";
import { Check, Cross, Hourglass } from "../components/icons.tsx";
import { Comparison } from "../components/comparison.tsx";
import { stepOf } from "../device/catalogue.ts";
import { listen } from "../device/scans.ts";
import { signalWrong } from "../device/signals.ts";
import { named, say, t } from "../i18n/index.ts";
import { Clocks, StepButton, titleOf } from "./bag.tsx";
import { rungSentence } from "./deviation.tsx";
import { look } from "./look-up.ts";
import { NO_BAG, go, route } from "./route.ts";
import type { Shown } from "./verdict-state.ts";
import { dismiss, shown } from "./verdict-state.ts";

export function Verdict() {
  const told = shown.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useLayoutEffect(
    () =>
      listen({
        // A scan goes on from an acceptance; in front of a WRONG it says WRONG again.
        scanned: (scan) => {
          if (shown.value?.kind === "wrong") signalWrong();
          else {
            dismiss();
            void look(scan);
          }
        },
        doubted: () => undefined,
      }),
    [],
  );
  if (told === null) return null;
  return (
    <dialog
      ref={dialog}
      class={`verdict ${told.kind}`}
      role="alertdialog"
      aria-labelledby="verdict-word"
      aria-describedby="verdict-said"
      onCancel={(event) => {
        // Escape is no acknowledgement.
        event.preventDefault();
      }}
    >
      {told.kind === "wrong" ? <Wrong told={told} /> : told.kind === "kept" ? <Kept told={told} /> : <Accepted told={told} />}
    </dialog>
  );
}

function Wrong({ told }: { readonly told: Extract<Shown, { readonly kind: "wrong" }> }) {
  const { refused, override, recorded } = told;
  const pass = (): void => {
    dismiss();
    override?.();
  };
  return (
    <div class="verdict-body">
      <div class="sign">
        <Cross />
      </div>
      <p id="verdict-word" class="word">
        {t("verdict.wrong")}
      </p>
      <div id="verdict-said">
        <h2>{refused.provisional ? t("judged.wrong") : refused.title || t("verdict.refusedMessage")}</h2>
        <p class="large">{refused.provisional ? named("judged.code", refused.code) : refused.detail}</p>
      </div>
      {(refused.others ?? []).map(({ code, detail }) => (
        <p key={code}>
          {t("verdict.others")} : {detail}
        </p>
      ))}
      <Comparison rows={refused.comparison ?? []} />
      {refused.rung && <p>{rungSentence(refused)}</p>}
      <p>{t(refused.provisional ? (recorded ? "judged.sent" : "judged.keeping") : recorded ? "verdict.recorded" : "verdict.refusedMessage")}</p>
      <div class="ways">
        {override && (
          <button type="button" onClick={pass}>
            {t("verdict.override")}
          </button>
        )}
        <button type="button" class="understood" autofocus onClick={dismiss}>
          {t("verdict.understood")}
        </button>
      </div>
    </div>
  );
}

function Accepted({ told }: { readonly told: Extract<Shown, { readonly kind: "accepted" }> }) {
  const { answer } = told;
  const { bag } = answer;
  const step = stepOf(told.step);
  const on = (): void => {
    dismiss();
    if (bag) go("bag", bag.id);
    else go();
  };
  return (
    <div class="verdict-body">
      <div class="sign">
        <Check />
      </div>
      <p id="verdict-word" class="word">
        {t("verdict.accepted")}
      </p>
      <div id="verdict-said">
        <h2>{step ? say(step.labels) : told.step}</h2>
        {bag && (
          <p class="large">
            {titleOf(bag)} : <strong>{named("state", bag.state)}</strong>
          </p>
        )}
        {bag?.position_code && <p class="large">{t("bag.position", { code: bag.position_code })}</p>}
        {answer.overridden.length > 0 && <p class="large">{t("verdict.overridden")}</p>}
        {answer.cautions.map(({ code, detail }) => (
          <p key={code}>{detail}</p>
        ))}
      </div>
      <Clocks timers={answer.timers} />
      <Comparison rows={answer.comparison} />
      <div class="ways" onClick={() => dismiss()}>
        {bag && answer.next_steps.filter((tag) => leads(tag, bag)).slice(0, 2).map((tag) => <StepButton key={tag} bag={bag.id} tag={tag} />)}
        <button type="button" class="primary" autofocus onClick={on}>
          {t("verdict.go")}
        </button>
      </div>
    </div>
  );
}

function Kept({ told }: { readonly told: Extract<Shown, { readonly kind: "kept" }> }) {
  const step = stepOf(told.step);
  const on = (): void => {
    dismiss();
    if (route.value.id === NO_BAG) go();
    else go("bag", route.value.id);
  };
  return (
    <div class="verdict-body">
      <div class="sign">
        <Hourglass />
      </div>
      <p id="verdict-word" class="word">
        {t("verdict.kept")}
      </p>
      <div id="verdict-said">
        <h2>{step ? say(step.labels) : told.step}</h2>
        <p class="large">{t("verdict.provisional")}</p>
        <p class="large">{t(`judged.${told.judged}`)}</p>
      </div>
      <div class="ways">
        <button type="button" class="primary" autofocus onClick={on}>
          {t("verdict.go")}
        </button>
      </div>
    </div>
  );
}

function leads(tag: string, bag: { readonly kind: string; readonly state: string }): boolean {
  const never = new Set(["destroyed", "returned", "lost"]);
  return !never.has(tag) && (stepOf(tag)?.moves.some(({ kind, from, to }) => kind === bag.kind && from === bag.state && to !== from) ?? false);
}
