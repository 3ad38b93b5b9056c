// Every word of the app, for the screens behind the sign-in: they come with them, not with the first screen (`entrance.ts`).
import { naming, saying } from "./language.ts";
import { CHOICES } from "./words/choices.ts";
import { CUSTODY } from "./words/custody.ts";
import { LIVE } from "./words/live.ts";
import { PHOTO } from "./words/photo.ts";
import { ROLES } from "./words/roles.ts";
import { SCAN } from "./words/scan.ts";
import { SCANNER } from "./words/scanner.ts";
import { SHELL } from "./words/shell.ts";
import { TODAY } from "./words/today.ts";
import { WORK } from "./words/work.ts";

export type { Language } from "./language.ts";
export { language, say, speak } from "./language.ts";

/** Every dictionary, one line each; tests/words.test.ts refuses a key that stands in two. */
export const DICTIONARIES = [SHELL, ROLES, SCAN, CUSTODY, CHOICES, WORK, TODAY, PHOTO, LIVE, SCANNER] as const;

const WORDS = { ...SHELL, ...ROLES, ...SCAN, ...CUSTODY, ...CHOICES, ...WORK, ...TODAY, ...PHOTO, ...LIVE, ...SCANNER };
export type Key = keyof typeof WORDS;

/** The sentence in the language spoken here: a key that is in no dictionary does not compile. */
export const t = saying(WORDS);

/** The name of something that the service sends as a code; the code itself where it is newer than this app. */
export const named = naming(WORDS);
