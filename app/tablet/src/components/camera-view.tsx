// What the camera sees, with the box that a label must fill.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Camera, CameraProblem } from "../device/camera.ts";
import { startCamera } from "../device/camera.ts";
import { declared } from "../device/scanner.ts";
import { t } from "../i18n/index.ts";
import { Torch } from "./icons.tsx";

export function CameraView() {
  const video = useRef<HTMLVideoElement>(null);
  const camera = useRef<Camera | null>(null);
  const problem = useSignal("");
  const lit = useSignal(false);
  useEffect(() => {
    let gone = false;
    if (!video.current) return;
    startCamera(video.current, declared.peek()).then(
      (started) => {
        if (gone) started.stop();
        else camera.current = started;
      },
      (error: { readonly kind?: CameraProblem }) => (problem.value = t(`scan.camera.${error.kind ?? "absent"}`)),
    );
    return () => {
      gone = true;
      camera.current?.stop();
    };
  }, []);
  const light = async (): Promise<void> => {
    const done = await camera.current?.torch(!lit.value);
    if (done) lit.value = !lit.value;
    else problem.value = t("scan.noTorch");
  };
  return (
    <div class="camera">
      <video ref={video} muted playsInline aria-label={t("scan.camera")} />
      <span class="guide" />
      <button type="button" aria-pressed={lit.value} onClick={() => void light()}>
        <Torch /> {t("scan.torch")}
      </button>
      <p role="alert" class="problem">
        {problem.value}
      </p>
    </div>
  );
}
