// Which language is spoken here, and `t()`: a key that is in no dictionary does not compile.
import { computed, signal } from "@preact/signals";
import { CHOICES } from "./words/choices.ts";
import { CUSTODY } from "./words/custody.ts";
import { LIVE } from "./words/live.ts";
import { PHOTO } from "./words/photo.ts";
import { SCAN } from "./words/scan.ts";
import { SCANNER } from "./words/scanner.ts";
import { SHELL } from "./words/shell.ts";
import { TODAY } from "./words/today.ts";
import { WORK } from "./words/work.ts";
import type { Text } from "./words.ts";

export type Language = "fr" | "en";

/** Every dictionary, one line each; tests/words.test.ts refuses a key that stands in two. */
export const DICTIONARIES = [SHELL, SCAN, CUSTODY, CHOICES, WORK, TODAY, PHOTO, LIVE, SCANNER] as const;

const WORDS = { ...SHELL, ...SCAN, ...CUSTODY, ...CHOICES, ...WORK, ...TODAY, ...PHOTO, ...LIVE, ...SCANNER };
export type Key = keyof typeof WORDS;

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

/** The sentence in the language spoken here; a place without its value stays as it is written. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return say(WORDS[key], values);
}

/** The name of something that the service sends as a code; the code itself where it is newer than this app. */
export function named(room: string, code: string): string {
  const key = `${room}.${code}`;
  return key in WORDS ? t(key as Key) : code;
}

/** The same for a text that came from the service, such as a step's name. */
export function say(text: Text, values: Readonly<Record<string, string | number>> = {}): string {
  return text[chosen.value].replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
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
