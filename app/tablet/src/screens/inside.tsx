// The screens of whoever is in, one at a time; with them come all words (`i18n/index.ts`).
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Lazy, fetchAhead } from "../components/lazy.tsx";
import { Navigation } from "../components/navigation.tsx";
import { loadCatalogue } from "../device/catalogue.ts";
import { loadDeclared } from "../device/scanner.ts";
import { language } from "../i18n/index.ts";
import { BAG, STEP } from "./ahead.ts";
import { lookUp } from "./look-up.ts";
import { route } from "./route.ts";
import { ScanScreen } from "./scan.tsx";

export function Inside() {
  const { screen, id, step } = route.value;
  const place = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => void loadCatalogue(), [language.value]);
  useEffect(() => {
    void loadDeclared();
    fetchAhead(BAG);
  }, []);
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
        {screen === "bag" && <Lazy key={id} load={BAG} />}
        {screen === "step" && <Lazy key={id + step} load={STEP} />}
        {screen === "board" && <Lazy load={() => import("./board.tsx").then(({ Board }) => Board)} />}
        {screen === "keys" && <Lazy load={() => import("./keys.tsx").then(({ Keys }) => Keys)} />}
        {screen === "count" && <Lazy key={id + step} load={() => import("./count.tsx").then(({ Count }) => Count)} />}
        {screen === "settle" && <Lazy load={() => import("./settle.tsx").then(({ Settle }) => Settle)} />}
        {screen === "scanner" && <Lazy load={() => import("./scanner.tsx").then(({ ScannerScreen }) => ScannerScreen)} />}
        {screen === "move" && <Lazy key={id + step} load={() => import("./move.tsx").then(({ Move }) => Move)} />}
        {screen === "shippers" && <Lazy key={id} load={() => import("./shippers.tsx").then(({ Shippers }) => Shippers)} />}
        {screen === "dewars" && <Lazy key={id} load={() => import("./dewars.tsx").then(({ Dewars }) => Dewars)} />}
      </main>
    </div>
  );
}
