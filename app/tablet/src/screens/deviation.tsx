// Passing a rule that may be passed: which, who may, and why. The reason is read by quality.
import type { Signal } from "@preact/signals";
import { named, t } from "../i18n/index.ts";
import type { Refused } from "./shapes.ts";

export function Deviation({ refused, reason }: { readonly refused: Refused; readonly reason: Signal<string> }) {
  return (
    <fieldset class="field deviation">
      <legend>
        {t("step.deviation")} – {refused.title}
      </legend>
      <p>{refused.detail}</p>
      <p>{rungSentence(refused)}</p>
      <label>
        {t("step.reason")}
        <textarea rows={3} required maxLength={2000} value={reason.value} onInput={({ currentTarget }) => (reason.value = currentTarget.value)} />
      </label>
    </fieldset>
  );
}

/** Who may pass the rule, in a sentence. */
export function rungSentence({ rung = "never", authorisers = [] }: Refused): string {
  const roles = authorisers.map((group) => group.map((role) => named("role", role)).join("/")).join(" + ");
  return rung === "senior" ? t("verdict.senior", { roles }) : t(`verdict.${rung}`);
}

/** Whether somebody else must authorise: a group that my own roles do not fill, or more groups than one person fills. */
export function needsAnother({ rung, authorisers = [] }: Refused, mine: readonly string[]): boolean {
  return rung === "senior" && (authorisers.length > 1 || !authorisers.some((group) => group.some((role) => mine.includes(role))));
}
