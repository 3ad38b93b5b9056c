// What need not be typed because the service knows it: the products that are signed here, and the sites that collect.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FieldSpec, StepSpec } from "../device/catalogue.ts";
import { sites } from "../device/catalogue.ts";
import { call } from "../device/service.ts";

interface Profile {
  readonly tag: string;
  readonly state: string;
}

/** Kinds of organisations whose sites collect cells. */
const COLLECTS: ReadonlySet<string> = new Set(["blood_service", "hospital"]);
/** More than this many are typed: nobody finds one among so many buttons. */
const MOST = 24;

/** The fields of a step, those with few known answers as choices of them; as they are where the service does not answer. */
export function useKnownFields(step: StepSpec): readonly FieldSpec[] {
  const products = useSignal<readonly string[]>([]);
  useEffect(() => {
    if (step.tag !== "enrolled") return;
    call<{ readonly items: readonly Profile[] }>("/api/v1/profiles").then(
      ({ items }) => (products.value = [...new Set(items.filter(({ state }) => state === "in_force").map(({ tag }) => tag))]),
      () => undefined,
    );
  }, [step.tag]);
  if (step.tag !== "enrolled") return step.fields;
  const collecting = sites.value.filter(({ organisation_kind }) => COLLECTS.has(organisation_kind ?? "")).map(({ code }) => code);
  const known: Readonly<Record<string, readonly string[]>> = { product: products.value, collection_site: collecting };
  return step.fields.map((field) => {
    const choices = known[field.name] ?? [];
    return choices.length > 0 && choices.length <= MOST ? { ...field, kind: "choice", choices } : field;
  });
}
