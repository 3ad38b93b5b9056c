// A screen that is fetched when it is first shown; the service worker has it on the device already.
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { t } from "../i18n/entrance.ts";

export function Lazy({ load }: { readonly load: () => Promise<ComponentType> }) {
  const found = useSignal<{ readonly Screen: ComponentType } | "failed" | null>(null);
  const fetchIt = (): void => {
    found.value = null;
    load().then(
      (Screen) => (found.value = { Screen }),
      () => (found.value = "failed"),
    );
  };
  // Before anything is painted: what is on the device already is there in the same frame, and a verdict waits for no other.
  useLayoutEffect(fetchIt, []);
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
