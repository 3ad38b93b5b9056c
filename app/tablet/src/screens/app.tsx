// What stands before anybody is in, and around everything else: the status line, the sign-in, a verdict.
import { useEffect, useLayoutEffect } from "preact/hooks";
import { Lazy } from "../components/lazy.tsx";
import { StatusLine } from "../components/status-line.tsx";
import { session } from "../device/session.ts";
import { wakeSound } from "../device/signals.ts";
import { startWedge } from "../device/wedge.ts";
import { followWorkList } from "../device/work-list.ts";
import { t } from "../i18n/entrance.ts";
import { VERDICT } from "./ahead.ts";
import { SignIn } from "./sign-in.tsx";
import { shown } from "./verdict-state.ts";

export function App() {
  // With the first frame: whoever scans at once is heard.
  useLayoutEffect(() => startWedge(document), []);
  useEffect(() => {
    const leave = isSecureContext ? followWorkList() : () => undefined;
    const quiet = new AbortController();
    for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, wakeSound, { signal: quiet.signal, passive: true });
    return () => {
      leave();
      quiet.abort();
    };
  }, []);
  // Without TLS a browser gives neither camera nor service worker nor keys to seal with: say so instead of losing scans.
  if (!isSecureContext) return <p role="alert">{t("shell.insecure")}</p>;
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        {t("shell.skip")}
      </a>
      <StatusLine />
      {session.value ? (
        <Lazy key={session.value.login} load={() => import("./inside.tsx").then(({ Inside }) => Inside)} />
      ) : (
        <main id="main" tabIndex={-1}>
          <SignIn />
        </main>
      )}
      <Answered />
    </>
  );
}

/** Apart, so that a verdict draws itself and nothing of what it covers. */
function Answered() {
  return shown.value && <Lazy load={VERDICT} />;
}

function skip(event: Event): void {
  // The fragment is the route here: the link moves the focus and not the address.
  event.preventDefault();
  document.getElementById("main")?.focus();
}
