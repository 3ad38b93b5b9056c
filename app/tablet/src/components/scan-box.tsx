// One input for everything that scans: the wedge is always heard; camera, photo and keypad open here.
import { useSignal } from "@preact/signals";
import { t } from "../i18n/index.ts";
import { read } from "../core/barcodes/reader.ts";
import { declared } from "../device/scanner.ts";
import { scanned } from "../device/scans.ts";
import { CameraIcon, KeysIcon, PhotoIcon, ScanIcon } from "./icons.tsx";
import { Keypad } from "./keypad.tsx";
import { Lazy } from "./lazy.tsx";

export function ScanBox() {
  const open = useSignal<"camera" | "keys" | null>(null);
  const problem = useSignal("");
  const text = useSignal("");
  const toggle = (one: "camera" | "keys"): void => {
    problem.value = "";
    open.value = open.value === one ? null : one;
  };
  const photographed = async (files: FileList | null): Promise<void> => {
    const photo = files?.[0];
    if (!photo) return;
    const { readPhoto } = await import("../device/camera.ts");
    problem.value = (await readPhoto(photo, declared.peek()).catch(() => false)) ? "" : t("scan.photoUnread");
  };
  const enter = (event: SubmitEvent): void => {
    event.preventDefault();
    const told = text.value.trim();
    if (!told) return;
    text.value = "";
    open.value = null;
    scanned({ text: told, symbology: null, source: "typed", reading: read({ text: told, symbology: null, source: "typed" }, declared.peek()) });
  };
  return (
    <div class="scan-box">
      <p class="aim">
        <ScanIcon />
        <span>{t("scan.ready")}</span>
      </p>
      <div class="ways">
        <button type="button" aria-expanded={open.value === "camera"} onClick={() => toggle("camera")}>
          <CameraIcon /> {t(open.value === "camera" ? "scan.stopCamera" : "scan.camera")}
        </button>
        <label class="button">
          <PhotoIcon /> {t("scan.photo")}
          <input
            type="file"
            accept="image/*"
            capture="environment"
            onChange={({ currentTarget }) => {
              void photographed(currentTarget.files);
              currentTarget.value = "";
            }}
          />
        </label>
        <button type="button" aria-expanded={open.value === "keys"} onClick={() => toggle("keys")}>
          <KeysIcon /> {t(open.value === "keys" ? "scan.close" : "scan.type")}
        </button>
      </div>
      {open.value === "camera" && <Lazy load={() => import("./camera-view.tsx").then(({ CameraView }) => CameraView)} />}
      {open.value === "keys" && (
        <form class="typed" onSubmit={enter}>
          <label>
            {t("scan.typed")}
            <input
              class="code"
              value={text.value}
              onInput={({ currentTarget }) => (text.value = currentTarget.value)}
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              maxLength={512}
            />
          </label>
          <Keypad text={text} />
          <button type="submit" class="primary" disabled={!text.value.trim()}>
            {t("scan.confirm")}
          </button>
        </form>
      )}
      <p role="alert" class="problem">
        {problem.value}
      </p>
    </div>
  );
}
