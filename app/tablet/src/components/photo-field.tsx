// Photographs in a form: taken with the tablet's own camera, shown small, named by their digests.
import { useSignal } from "@preact/signals";
import type { Shot } from "../device/photos.ts";
import { keepPhoto } from "../device/photos.ts";
import { StorageFull } from "../device/queue.ts";
import { say, t } from "../i18n/index.ts";
import type { Filling } from "./field.tsx";
import { PhotoIcon } from "./icons.tsx";

/** The addresses of what was taken in this page; the bytes are on the disk. */
const shots = new Map<string, Shot>();

export function PhotoField({ field, entry, set }: Filling) {
  const problem = useSignal("");
  const busy = useSignal(false);
  const digests = typeof entry === "string" ? entry.split("\n").filter(Boolean) : [];
  const full = digests.length >= (field.maximum ?? 8);
  const take = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    if (!file) return;
    busy.value = true;
    problem.value = "";
    try {
      const shot = await keepPhoto(file);
      shots.set(shot.sha256, shot);
      if (!digests.includes(shot.sha256)) set([...digests, shot.sha256].join("\n"));
    } catch (error) {
      problem.value = t(error instanceof StorageFull ? "verdict.full" : "photo.failed");
    } finally {
      // The same file may be chosen again.
      [busy.value, input.value] = [false, ""];
    }
  };
  return (
    <fieldset class="field photos">
      <legend>
        {say(field.labels)}
        {!field.required && <small> {t("step.optional")}</small>}
      </legend>
      <ul>
        {digests.map((digest, place) => (
          <li key={digest}>
            <img src={shots.get(digest)?.url} alt={t("photo.number", { number: place + 1 })} />
            <button type="button" onClick={() => set(digests.filter((one) => one !== digest).join("\n"))}>
              {t("photo.remove", { number: place + 1 })}
            </button>
          </li>
        ))}
      </ul>
      {!full && (
        <label class="button" aria-busy={busy.value}>
          <PhotoIcon /> {t("photo.take")}
          <input
            type="file"
            accept="image/*"
            capture="environment"
            onChange={({ currentTarget }) => void take(currentTarget)}
          />
        </label>
      )}
      {problem.value && (
        <p role="alert" class="problem">
          {problem.value}
        </p>
      )}
    </fieldset>
  );
}
