// Key strokes as a page hears them, and what a scanner set to an American keyboard meant by each.

/** One `keydown`. `at` is the event's own time in milliseconds: when it was handled says nothing about the scanner. */
export interface Stroke {
  readonly code: string;
  readonly key: string;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly at: number;
}

const GS = "\x1d";
// Stands for a control key that no label of ours has; the grammar refuses it.
const CONTROL = "\x1e";
// Physical key to what it types, plain and with Shift, on an American keyboard.
const US: Readonly<Record<string, string | undefined>> = {
  Digit1: "1!",
  Digit2: "2@",
  Digit3: "3#",
  Digit4: "4$",
  Digit5: "5%",
  Digit6: "6^",
  Digit7: "7&",
  Digit8: "8*",
  Digit9: "9(",
  Digit0: "0)",
  Backquote: "`~",
  Minus: "-_",
  Equal: "=+",
  BracketLeft: "[{",
  BracketRight: "]}",
  Semicolon: ";:",
  Quote: "'\"",
  Backslash: "\\|",
  Comma: ",<",
  Period: ".>",
  Slash: "/?",
  Space: "  ",
};
const LETTER = /^Key([A-Z])$/;
const NUMPAD = /^Numpad([0-9])$/;
const ENDS = new Set(["Enter", "Tab", "NumpadEnter"]);
const SILENT = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "Fn"]);

/** Keys that say nothing by themselves. */
export function isModifier({ key }: Stroke): boolean {
  return SILENT.has(key);
}

/** Enter or Tab: how a scanner ends. */
export function isEnd({ code, key, ctrl, alt }: Stroke): boolean {
  return !ctrl && !alt && (ENDS.has(code) || ENDS.has(key));
}

/**
 * The separator FNC1 as scanners send it: Ctrl+] (the key beside P and the bracket, whatever it is called here), or F8.
 * Without `code`, Ctrl with anything but a letter or a digit: no other shortcut comes in the middle of a burst.
 */
export function isSeparator({ code, key, ctrl, alt }: Stroke): boolean {
  if (code === "F8" || key === "F8" || key === GS) return true;
  if (!ctrl || alt) return false;
  return code ? code === "BracketRight" : key.length === 1 && !/[0-9A-Za-z]/.test(key);
}

/** Whether a stroke can be part of a scan: a character, a dead key, or the separator. */
export function isCharacter(stroke: Stroke): boolean {
  if (isSeparator(stroke)) return true;
  if (stroke.ctrl && !stroke.alt) return false;
  if (stroke.alt && NUMPAD.test(stroke.code)) return true;
  return stroke.key.length === 1 || stroke.key === "Dead" || stroke.key === "Process" || stroke.key === "Unidentified";
}

/** What the key types on an American keyboard, null when its place is not told. Caps Lock changes nothing here. */
export function usCharacter({ code, shift }: Stroke): string | null {
  const letter = LETTER.exec(code)?.[1];
  if (letter !== undefined) return shift ? letter : letter.toLowerCase();
  return NUMPAD.exec(code)?.[1] ?? US[code]?.[shift ? 1 : 0] ?? null;
}

function isControl({ ctrl, alt }: Stroke): boolean {
  return ctrl && !alt;
}

/** The text under a way of reading one stroke; null when a stroke cannot be read. Alt with keypad digits is one character. */
export function textOf(strokes: readonly Stroke[], readOne: (stroke: Stroke) => string | null): string | null {
  let text = "";
  let typed = "";
  for (const stroke of strokes) {
    const digit = stroke.alt ? NUMPAD.exec(stroke.code)?.[1] : undefined;
    if (digit !== undefined) {
      typed += digit;
      if (typed.length < 3 || (typed.startsWith("0") && typed.length < 4)) continue;
      text += String.fromCharCode(Number(typed));
      typed = "";
      continue;
    }
    const character = isSeparator(stroke) ? GS : isControl(stroke) ? CONTROL : readOne(stroke);
    if (character === null) return null;
    text += character;
  }
  return typed ? null : text;
}
