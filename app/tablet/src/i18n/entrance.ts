// The words of the first screen and of what stands around every screen. Nothing else is loaded before somebody is in: what
// is drawn then speaks by this file, and a key that is not here does not compile there.
import { naming, saying } from "./language.ts";
import { ROLES } from "./words/roles.ts";
import { SHELL } from "./words/shell.ts";

const WORDS = { ...SHELL, ...ROLES };
export type Key = keyof typeof WORDS;

export const t = saying(WORDS);
export const named = naming(WORDS);
