import type { Key } from "../i18n/index.ts";
import { t } from "../i18n/index.ts";
import type { Route } from "../screens/route.ts";
import { route } from "../screens/route.ts";
import { BoardIcon, DewarIcon, PenIcon, ScanIcon } from "./icons.tsx";

const PLACES: readonly { readonly to: string; readonly of: readonly Route["screen"][]; readonly name: Key; readonly Icon: typeof ScanIcon }[] = [
  { to: "#/", of: ["scan", "bag", "step", "scanner"], name: "nav.scan", Icon: ScanIcon },
  { to: "#/board", of: ["board"], name: "nav.board", Icon: BoardIcon },
  { to: "#/dewars", of: ["dewars", "count", "move", "shippers"], name: "nav.dewars", Icon: DewarIcon },
  { to: "#/settle", of: ["settle"], name: "nav.settle", Icon: PenIcon },
];

export function Navigation() {
  return (
    <nav class="places" aria-label={t("nav.label")}>
      {PLACES.map(({ to, of, name, Icon }) => (
        <a key={to} href={to} aria-current={of.includes(route.value.screen) ? "page" : undefined}>
          <Icon />
          {t(name)}
        </a>
      ))}
    </nav>
  );
}
