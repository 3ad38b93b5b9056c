// The app on the tablet's home screen: a browser throws away what an app keeps that was only ever a page (Safari after seven
// days without a visit). The browser's own question is held back until a person wants it; where it has none, a hint says how.
import { signal } from "@preact/signals";

/** `ask`: the browser will ask when told to. `hint`: it never asks, and a person does it through its menu. */
export type Install = "done" | "ask" | "hint" | "unknown";

export const install = signal<Install>("unknown");

interface Question extends Event {
  readonly prompt: () => Promise<{ readonly outcome: "accepted" | "dismissed" }>;
}

let question: Question | null = null;

/** Listen for what the browser offers; as early as can be, since it offers once. */
export function followInstall(page: Window): void {
  // iPads say whether they run the app from the home screen, and offer nothing.
  const { standalone } = page.navigator as Navigator & { readonly standalone?: boolean };
  if (standalone === true || page.matchMedia("(display-mode: standalone)").matches) install.value = "done";
  else if (standalone === false) install.value = "hint";
  page.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    question = event as Question;
    install.value = "ask";
  });
  page.addEventListener("appinstalled", () => {
    question = null;
    install.value = "done";
  });
}

/** Have the browser ask; it may be asked once for each offer. */
export async function askToInstall(): Promise<void> {
  const asked = question;
  question = null;
  install.value = "unknown";
  const answer = await asked?.prompt();
  if (answer?.outcome === "accepted") install.value = "done";
}
