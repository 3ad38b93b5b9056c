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

/**
 * The sentence in the language spoken here, such as a step's name from the service; a place without its value stays as written.
 * `{count}` is the value, `{count:bag|bags}` the word that agrees with it: none is singular in French and plural in English.
 */
export function say(text: Text, values: Values = {}): string {
  return text[chosen.value].replace(/\{(\w+)(?::([^|{}]*)\|([^|{}]*))?\}/g, (place, name: string, one?: string, many?: string) => {
    const value = values[name];
    if (value === undefined || one === undefined) return String(value ?? place);
    return String(isOne(Number(value)) ? one : many);
  });
}

let rules: Intl.PluralRules | undefined;

/** As the language counts. Made when the first count is said: the first screen has none. */
function isOne(count: number): boolean {
  if (rules?.resolvedOptions().locale !== chosen.value) rules = new Intl.PluralRules(chosen.value);
  return rules.select(count) === "one";
}

/** `t()` over some words: a key that is not among them does not compile. */
export function saying<W extends Words>(words: W): (key: keyof W & string, values?: Values) => string {
  return (key, values) => say(words[key] as Text, values);
}

/** The name of something that the service sends as a code; the code itself where it is newer than these words. */
export function naming(words: Words): (room: string, code: string, values?: Values) => string {
  return (room, code, values) => {
    const text = words[`${room}.${code}`];
    return text ? say(text, values) : code;
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
