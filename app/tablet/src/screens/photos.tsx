// The photographs of a bag: which there are, and each when it is asked for, as every look at one is on record.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { PhotoIcon } from "../components/icons.tsx";
import { stepOf } from "../device/catalogue.ts";
import { photosUnsent } from "../device/photos.ts";
import { Problem, bytesOf, call } from "../device/service.ts";
import { say, t } from "../i18n/index.ts";

interface Item {
  readonly sha256: string;
  readonly event: string;
  readonly step: string;
  readonly state: "awaited" | "kept" | "erased";
}

export function Photos({ bag }: { readonly bag: string }) {
  const items = useSignal<readonly Item[]>([]);
  useEffect(() => {
    call<{ readonly items: readonly Item[] }>(`/api/v1/bags/${encodeURIComponent(bag)}/attachments`).then(
      (told) => (items.value = told.items),
      // Whoever may not look at any is shown none.
      () => (items.value = []),
    );
  }, [bag, photosUnsent.value]);
  if (items.value.length === 0) return null;
  return (
    <section>
      <h2>{t("photo.title")}</h2>
      <ul class="photo-list">
        {items.value.map((item) => (
          <OnePhoto key={item.event + item.sha256} bag={bag} item={item} />
        ))}
      </ul>
    </section>
  );
}

function OnePhoto({ bag, item }: { readonly bag: string; readonly item: Item }) {
  const url = useSignal("");
  const problem = useSignal("");
  useEffect(() => () => URL.revokeObjectURL(url.peek()), []);
  const step = stepOf(item.step);
  const name = step ? say(step.labels) : item.step;
  const show = async (): Promise<void> => {
    try {
      url.value = URL.createObjectURL(await bytesOf(`/api/v1/bags/${encodeURIComponent(bag)}/attachments/${item.sha256}`));
    } catch (error) {
      problem.value = error instanceof Problem ? error.detail : t("shell.unreachable");
    }
  };
  return (
    <li>
      {url.value && <img src={url.value} alt={t("photo.of", { step: name })} />}
      {!url.value && item.state === "kept" && (
        <button type="button" onClick={() => void show()}>
          <PhotoIcon /> {t("photo.show", { step: name })}
        </button>
      )}
      {item.state !== "kept" && <p>{t(item.state === "awaited" ? "photo.awaited" : "photo.erased", { step: name })}</p>}
      {problem.value && (
        <p role="alert" class="problem">
          {problem.value}
        </p>
      )}
    </li>
  );
}
