// Something that is folded away, and fetched when somebody unfolds it.
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { Lazy } from "./lazy.tsx";

export function Fold({ title, load }: { readonly title: string; readonly load: () => Promise<ComponentType> }) {
  const open = useSignal(false);
  return (
    <details onToggle={({ currentTarget }) => (open.value = currentTarget.open)}>
      <summary>{title}</summary>
      {open.value && <Lazy load={load} />}
    </details>
  );
}
