import type { Key } from "../i18n/index.ts";
import { language, speak, t } from "../i18n/index.ts";
import type { Reach } from "../device/reach.ts";
import { parked, unsent } from "../device/queue.ts";
import { reach } from "../device/reach.ts";
import { sending } from "../device/sender.ts";
import { session, signOut } from "../device/session.ts";
import { update, updateReady } from "../device/updates.ts";

const REACHES: Readonly<Record<Reach, Key>> = {
  unknown: "shell.unknown",
  online: "shell.online",
  offline: "shell.offline",
};

export function StatusLine() {
  return (
    <header class="status-line">
      <span class={`reach ${reach.value}`} role="status">
        {t(REACHES[reach.value])}
      </span>
      {Boolean(unsent.value) && (
        <strong class="unsent" role="alert">
          {t("shell.unsent", { count: unsent.value ?? 0 })}
          {sending.value.kind === "sign-in" && ` – ${t("shell.waitsFor", { person: sending.value.person })}`}
        </strong>
      )}
      {Boolean(parked.value) && <strong class="unsent">{t("shell.parked", { count: parked.value ?? 0 })}</strong>}
      {updateReady.value && (
        <button type="button" onClick={update}>
          {t("shell.update")}
        </button>
      )}
      {session.value && (
        <button type="button" onClick={() => void signOut()}>
          {t("shell.signOut")}
        </button>
      )}
      <button type="button" lang={language.value === "fr" ? "en" : "fr"} onClick={() => speak(language.value === "fr" ? "en" : "fr")}>
        {t("shell.language")}
      </button>
    </header>
  );
}
