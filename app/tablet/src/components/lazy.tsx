// A screen that is fetched when it is first shown; the service worker has it on the device already.
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { t } from "../i18n/entrance.ts";

type Load = () => Promise<ComponentType>;

/** What was fetched, by how: it is drawn at once. */
const here = new WeakMap<Load, ComponentType>();

/** Have a screen here before it is shown; where that fails, it is fetched when it is. `load` must be the one it is shown with. */
export function fetchAhead(load: Load): void {
  load().then(
    (Screen) => here.set(load, Screen),
    () => undefined,
  );
}

export function Lazy({ load }: { readonly load: Load }) {
  const found = useSignal<{ readonly Screen: ComponentType } | "failed" | null>(null);
  const fetchIt = (): void => {
    found.value = null;
    load().then(
      (Screen) => {
        here.set(load, Screen);
        found.value = { Screen };
      },
      () => (found.value = "failed"),
    );
  };
  const Known = here.get(load);
  // Before anything is painted: what is on the device already is there in the same frame, and a verdict waits for no other.
  useLayoutEffect(() => {
    if (!Known) fetchIt();
  }, []);
  if (Known) return <Known />;
  if (found.value === null) return <p aria-busy="true">{t("nav.loading")}</p>;
  if (found.value === "failed") {
    return (
      <p role="alert">
        {t("nav.failed")}{" "}
        <button type="button" onClick={fetchIt}>
          {t("nav.retry")}
        </button>
      </p>
    );
  }
  const { Screen } = found.value;
  return <Screen />;
}
