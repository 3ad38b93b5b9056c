// What a screen shows and keeps up to date: loaded when the stream says that something happened, and now and then anyhow.
import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { language, t } from "../i18n/index.ts";
import type { Liveness } from "./live.ts";
import { follow } from "./live.ts";
import { Unreachable } from "./reach.ts";
import { Problem, who } from "./service.ts";

/** Milliseconds that events are waited for before one question is asked for all of them. */
const TOGETHER = 300;
/** And where every question is on record: an auditor's. What is shown is then at most this old, and says so. */
const TOGETHER_ON_RECORD = 15_000;
/** Milliseconds after which is asked anyhow: what runs out becomes late without an event. */
const ANYHOW = 60_000;
const LOST = 15_000;
/** And after a question that was not answered. */
const FAILED = 3_000;

export interface Watched<T> {
  readonly told: Signal<T | null>;
  readonly liveness: Signal<Liveness>;
  readonly at: Signal<number>;
  readonly problem: Signal<string>;
}

/** Keep the answer to a question up to date for as long as the screen stands; `of` names what the question depends on. */
export function useWatched<T>(ask: () => Promise<T>, of: readonly unknown[]): Watched<T> {
  const told = useSignal<T | null>(null);
  const liveness = useSignal<Liveness>("connecting");
  const at = useSignal(0);
  const problem = useSignal("");
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = false;
    let again = false;
    const together = who.peek()?.roles.includes("auditor") ? TOGETHER_ON_RECORD : TOGETHER;
    const later = (milliseconds: number): void => {
      clearTimeout(timer);
      if (!over) timer = setTimeout(() => void load(), milliseconds);
    };
    const load = async (): Promise<void> => {
      clearTimeout(timer);
      // One question at a time: what happens meanwhile is asked for after it.
      again = asking;
      if (asking) return;
      asking = true;
      try {
        const answer = await ask();
        if (over) return;
        [told.value, at.value, problem.value] = [answer, Date.now(), ""];
      } catch (error) {
        if (over) return;
        problem.value = error instanceof Problem ? error.detail : error instanceof Unreachable ? t("shell.unreachable") : t("nav.failed");
      } finally {
        asking = false;
        const pause = following.liveness.value === "live" ? ANYHOW : LOST;
        later(problem.value ? FAILED : again ? together : pause);
      }
    };
    const following = follow(() => (asking ? (again = true) : later(together)));
    // A line that is open again may have missed something that it says nothing of, such as an hour without a service.
    const untold = following.liveness.subscribe((next) => {
      if (next === "live" && liveness.peek() === "lost") later(together);
      liveness.value = next;
    });
    void load();
    return () => {
      over = true;
      clearTimeout(timer);
      untold();
      following.stop();
    };
  }, [language.value, ...of]);
  return { told, liveness, at, problem };
}
