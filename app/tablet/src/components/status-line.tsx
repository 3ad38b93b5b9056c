import type { Key } from "../i18n/entrance.ts";
import { named, t } from "../i18n/entrance.ts";
import { language, speak } from "../i18n/language.ts";
import type { Reach } from "../device/reach.ts";
import { siteName, sites } from "../device/catalogue.ts";
import { askToInstall, install } from "../device/install.ts";
import { photosRefused, photosUnsent } from "../device/photos.ts";
import { parked, unsent } from "../device/queue.ts";
import { reach } from "../device/reach.ts";
import { sending } from "../device/sender.ts";
import { who } from "../device/service.ts";
import { signOut, stepAside } from "../device/session.ts";
import { tabletCode } from "../device/tablet.ts";
import { update, updateReady } from "../device/updates.ts";
import { dark, setDark } from "./theme.ts";
import { Moon, Person, Snow } from "./icons.tsx";

const REACHES: Readonly<Record<Reach, Key>> = {
  unknown: "shell.unknown",
  online: "shell.online",
  offline: "shell.offline",
};

export function StatusLine() {
  const person = who.value;
  return (
    <header class="status-line">
      <span class="brand" translate={false}>
        <Snow /> Givre
      </span>
      {person && (
        <a class="person" href="#/keys">
          <Person />
          <span>
            <strong>{person.name}</strong>
            <small>
              {t("shell.roleAt", {
                roles: person.roles.map((role) => named("role", role)).join(", "),
                site: sites.value.length > 0 ? siteName(person.site) : "…",
              })}
            </small>
          </span>
        </a>
      )}
      <Reached />
      <Waiting />
      <span class="tools">
        {install.value === "ask" && (
          <button type="button" onClick={() => void askToInstall()}>
            {t("shell.install")}
          </button>
        )}
        {updateReady.value && (
          <button type="button" onClick={update}>
            {t("shell.update")}
          </button>
        )}
        <button type="button" class="quiet" aria-pressed={dark.value} onClick={() => setDark(!dark.value)} aria-label={t("shell.theme")} title={t("shell.theme")}>
          <Moon />
        </button>
        <button type="button" class="quiet" lang={language.value === "fr" ? "en" : "fr"} onClick={() => speak(language.value === "fr" ? "en" : "fr")}>
          {t("shell.language")}
        </button>
        {person && tabletCode.value !== null && (
          <button type="button" onClick={stepAside}>
            {t("shell.change")}
          </button>
        )}
        {person && (
          <button type="button" onClick={() => void signOut()}>
            {t("shell.signOut")}
          </button>
        )}
      </span>
    </header>
  );
}

// Apart, so that a count that changes while somebody scans draws itself and nothing else.

function Reached() {
  return (
    <span class={`reach ${reach.value}`} role="status">
      {t(REACHES[reach.value])}
    </span>
  );
}

function Waiting() {
  return (
    <>
      {Boolean(unsent.value) && (
        <strong class="unsent" role="alert">
          {t("shell.unsent", { count: unsent.value ?? 0 })}
          {sending.value.kind === "sign-in" && ` – ${t("shell.waitsFor", { person: sending.value.person })}`}
        </strong>
      )}
      {photosUnsent.value > 0 && (
        <strong class="unsent" role="status">
          {t("photo.unsent", { count: photosUnsent.value })}
        </strong>
      )}
      {photosRefused.value > 0 && <strong class="unsent">{t("photo.refused", { count: photosRefused.value })}</strong>}
      {Boolean(parked.value) && (
        <a class="unsent" href="#/settle">
          {t("shell.parked", { count: parked.value ?? 0 })}
        </a>
      )}
    </>
  );
}
