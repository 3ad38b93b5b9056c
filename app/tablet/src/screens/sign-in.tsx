// Two ways in: login and password, once a shift; and on a shared tablet a badge and a PIN, in gloves.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { PinPad } from "../components/pin-pad.tsx";
import { readBadge } from "./badge.ts";
import { install } from "../device/install.ts";
import { listen } from "../device/scans.ts";
import type { SignIn as Answer } from "../device/session.ts";
import { signIn, switchTo } from "../device/session.ts";
import { signalRead } from "../device/signals.ts";
import { nameTablet, tabletCode } from "../device/tablet.ts";
import type { Key } from "../i18n/entrance.ts";
import { t } from "../i18n/entrance.ts";

export function SignIn() {
  const way = useSignal<"password" | "badge">(readBadge.value === null ? "password" : "badge");
  const problem = useSignal<Key | null>(null);
  const busy = useSignal(false);

  // What stands behind the door is here before it is asked for.
  useEffect(() => void Promise.all([import("./inside.tsx"), import("./work.tsx")]).catch(() => undefined), []);
  useLayoutEffect(
    () =>
      listen({
        scanned: ({ text, reading }) => {
          if (reading.status !== "identified" || reading.subject !== "person") {
            problem.value = "shell.noBadge";
            return;
          }
          signalRead();
          readBadge.value = text;
          problem.value = null;
          if (tabletCode.value !== null) way.value = "badge";
        },
        doubted: () => (problem.value = "shell.noBadge"),
      }),
    [],
  );

  const enter = async (refused: Key, attempt: () => Promise<Answer>): Promise<void> => {
    busy.value = true;
    problem.value = null;
    try {
      const done = await attempt();
      problem.value = done === "refused" ? refused : done === "failed" ? "shell.unreachable" : null;
    } catch {
      problem.value = "shell.unreachable";
    } finally {
      busy.value = false;
    }
  };

  return (
    <section class="sign-in">
      <h1>{t("shell.signIn")}</h1>
      <p role="alert" class="problem">
        {problem.value && t(problem.value)}
      </p>
      {tabletCode.value !== null && (
        <div class="ways" role="group" aria-label={t("shell.way")}>
          {(["password", "badge"] as const).map((one) => (
            <button type="button" key={one} aria-pressed={way.value === one} onClick={() => (way.value = one)}>
              {t(one === "password" ? "shell.withPassword" : "shell.withBadge")}
            </button>
          ))}
        </div>
      )}
      {install.value === "hint" && <p class="hint">{t("shell.installHint")}</p>}
      {way.value === "password" ? <WithPassword busy={busy.value} enter={enter} /> : <WithBadge busy={busy.value} enter={enter} />}
    </section>
  );
}

interface Way {
  readonly busy: boolean;
  readonly enter: (refused: Key, attempt: () => Promise<Answer>) => Promise<void>;
}

function WithPassword({ busy, enter }: Way) {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const told = form.get("tablet");
    if (typeof told === "string" && told.trim()) nameTablet(told);
    void enter("shell.wrongPassword", () => signIn(String(form.get("login")), String(form.get("password")), tabletCode.value ?? undefined));
  };
  return (
    <form onSubmit={submit}>
      <label>
        {t("shell.login")}
        <input name="login" autocomplete="username" autocapitalize="none" spellcheck={false} required />
      </label>
      <label>
        {t("shell.password")}
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      {tabletCode.value === null && (
        <div>
          <label>
            {t("shell.tablet")}
            <input
              name="tablet"
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              pattern="[0-9A-Za-z][0-9A-Za-z_\-]{0,31}"
              aria-describedby="tablet-help"
            />
          </label>
          <small id="tablet-help">{t("shell.tabletHelp")}</small>
        </div>
      )}
      <button type="submit" class="primary" disabled={busy}>
        {t(busy ? "shell.signingIn" : "shell.signIn")}
      </button>
    </form>
  );
}

function WithBadge({ busy, enter }: Way) {
  const pin = useSignal("");
  const login = useSignal("");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const badge = readBadge.value;
    const wanted = badge === null ? { login: login.value.trim() } : { badge };
    void enter("shell.wrongPin", async () => {
      const done = await switchTo({ device: tabletCode.value ?? "", pin: pin.value, ...wanted });
      pin.value = "";
      if (done === "done") readBadge.value = null;
      return done;
    });
  };
  return (
    <form onSubmit={submit} class="with-badge">
      {readBadge.value === null ? (
        <div>
          <p>{t("shell.badgeLead")}</p>
          <label>
            {t("shell.login")}
            <input
              value={login.value}
              onInput={({ currentTarget }) => (login.value = currentTarget.value)}
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              required
            />
          </label>
        </div>
      ) : (
        <p class="badge-read" role="status">
          {t("shell.badgeRead")}{" "}
          <button type="button" class="quiet" onClick={() => (readBadge.value = null)}>
            {t("shell.change")}
          </button>
        </p>
      )}
      <PinPad pin={pin} />
      <button type="submit" class="primary" disabled={busy || pin.value.length < 6}>
        {t(busy ? "shell.signingIn" : "shell.signIn")}
      </button>
    </form>
  );
}
