import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Lazy } from "../components/lazy.tsx";
import { Navigation } from "../components/navigation.tsx";
import { StatusLine } from "../components/status-line.tsx";
import { loadCatalogue } from "../device/catalogue.ts";
import { loadDeclared } from "../device/scanner.ts";
import { session } from "../device/session.ts";
import { startWedge } from "../device/wedge.ts";
import { followWorkList } from "../device/work-list.ts";
import { wakeSound } from "../device/signals.ts";
import { language, t } from "../i18n/index.ts";
import { route } from "./route.ts";
import { lookUp } from "./look-up.ts";
import { ScanScreen } from "./scan.tsx";
import { SignIn } from "./sign-in.tsx";
import { shown } from "./verdict-state.ts";

export function App() {
  useEffect(() => {
    const stop = startWedge(document);
    const leave = isSecureContext ? followWorkList() : () => undefined;
    const quiet = new AbortController();
    for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, wakeSound, { signal: quiet.signal, passive: true });
    return () => {
      stop();
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
      {session.value ? <Inside key={session.value.login} /> : <main id="main" tabIndex={-1}><SignIn /></main>}
      <Answered />
    </>
  );
}

/** Apart, so that a verdict draws itself and nothing of what it covers. */
function Answered() {
  return shown.value && <Lazy load={() => import("./verdict.tsx").then(({ Verdict }) => Verdict)} />;
}

function Inside() {
  const { screen, id, step } = route.value;
  const place = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => void loadCatalogue(), [language.value]);
  useEffect(() => void loadDeclared(), []);
  useLayoutEffect(() => lookUp(), []);
  // A screen reader and a keyboard begin anew where the screen did.
  useEffect(() => {
    if (!first.current) place.current?.focus();
    first.current = false;
    scrollTo(0, 0);
  }, [screen, id, step]);
  return (
    <div class="inside">
      <Navigation />
      <main id="main" tabIndex={-1} ref={place}>
        {screen === "scan" && <ScanScreen />}
        {screen === "bag" && <Lazy key={id} load={() => import("./bag.tsx").then(({ BagScreen }) => BagScreen)} />}
        {screen === "step" && <Lazy key={id + step} load={() => import("./step.tsx").then(({ StepScreen }) => StepScreen)} />}
        {screen === "board" && <Lazy load={() => import("./board.tsx").then(({ Board }) => Board)} />}
        {screen === "keys" && <Lazy load={() => import("./keys.tsx").then(({ Keys }) => Keys)} />}
        {screen === "count" && <Lazy key={id + step} load={() => import("./count.tsx").then(({ Count }) => Count)} />}
        {screen === "settle" && <Lazy load={() => import("./settle.tsx").then(({ Settle }) => Settle)} />}
        {screen === "scanner" && <Lazy load={() => import("./scanner.tsx").then(({ ScannerScreen }) => ScannerScreen)} />}
        {screen === "dewars" && <Lazy key={id} load={() => import("./dewars.tsx").then(({ Dewars }) => Dewars)} />}
      </main>
    </div>
  );
}

function skip(event: Event): void {
  // The fragment is the route here: the link moves the focus and not the address.
  event.preventDefault();
  document.getElementById("main")?.focus();
}
