// Which language is spoken here, and sentences in it.
import { computed, signal } from "@preact/signals";
import type { Text, Words } from "./words.ts";

export type Language = "fr" | "en";

type Values = Readonly<Record<string, string | number>>;

const KEPT = "givre-language";
const chosen = signal<Language>(remembered());

export const language = computed(() => chosen.value);

export function speak(next: Language): void {
  chosen.value = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
}

/** The sentence in the language spoken here, such as a step's name from the service; a place without its value stays as written. */
export function say(text: Text, values: Values = {}): string {
  return text[chosen.value].replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** `t()` over some words: a key that is not among them does not compile. */
export function saying<W extends Words>(words: W): (key: keyof W & string, values?: Values) => string {
  return (key, values) => say(words[key] as Text, values);
}

/** The name of something that the service sends as a code; the code itself where it is newer than these words. */
export function naming(words: Words): (room: string, code: string) => string {
  return (room, code) => {
    const text = words[`${room}.${code}`];
    return text ? say(text) : code;
  };
}

function remembered(): Language {
  if (typeof navigator === "undefined") return "fr";
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // Storage is refused: the device's own language decides.
  }
  if (kept === "fr" || kept === "en") return kept;
  return navigator.languages.some((one) => one.toLowerCase().startsWith("fr")) ? "fr" : "en";
}
