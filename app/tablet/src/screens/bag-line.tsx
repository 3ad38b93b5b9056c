// Which bag an item is about: what it is and its number, with the way to it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../device/service.ts";
import { named } from "../i18n/index.ts";
import { nameOf, titleOf } from "./bag.tsx";
import type { Bag } from "./shapes.ts";

export function BagLine({ id }: { readonly id: string | null }) {
  const bag = useSignal<Bag | null>(null);
  useEffect(() => {
    bag.value = null;
    if (id === null) return;
    call<Bag>(`/api/v1/bags/${encodeURIComponent(id)}`).then(
      (told) => (bag.value = told),
      () => undefined,
    );
  }, [id]);
  if (bag.value === null) return null;
  return (
    <a class="bag" href={`#/bag/${bag.value.id}`}>
      <span>
        <strong>{titleOf(bag.value)}</strong> <small>{named("state", bag.value.state)}</small>
      </span>
      <small class="code">{nameOf(bag.value)}</small>
    </a>
  );
}
