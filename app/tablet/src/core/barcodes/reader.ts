// From a symbol to what it names: one total function. The same rules as the service's `app.barcodes.reader`, against which
// tests/vectors/barcodes.json holds it.
import type { Format, Payload } from "./format.ts";
import { unreadable } from "./format.ts";
import { GS1 } from "./gs1.ts";
import { INTERNAL } from "./internal.ts";
import { ISBT128 } from "./isbt128.ts";
import { sentTexts, shownText } from "./keyboards.ts";
import type { Identified, Reading, Reason, ScannedSymbol, Unreadable } from "./reading.ts";
import { SEC } from "./sec.ts";
import type { SiteProfile } from "./site-profile.ts";
import { siteFormat } from "./site-profile.ts";
import { symbologyName } from "./symbology.ts";

export const LONGEST_TEXT = 512;

const FORMATS: readonly Format[] = [ISBT128, GS1, INTERNAL, SEC];
const AIM = /^\][A-Za-z][0-9]/;
const LINE_END = /[\r\n\t]+$/;
// GS (0x1D) is the one control character a standard gives a meaning to.
const CONTROL = /[\x00-\x1c\x1e\x1f\x7f-\x9f]/;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;
// Stands for a character beyond the basic plane, so that places are counted alike; no format knows either.
const ONE_PLACE = "\ufffd";
const NONE: ReadonlySet<string> = new Set();

// The refusals of a text as such. The others speak of what a well-formed symbol says: its keyboard was right.
const OF_FORM: ReadonlySet<Reason> = new Set<Reason>([
  "unknown-format",
  "unknown-structure",
  "national-structure",
  "length",
  "alphabet",
  "din-alphabet",
  "count-mismatch",
  "check-character",
  "gs1-syntax",
  "internal-syntax",
]);

/** What a site has declared: how its own labels look, and which national ISBT 128 structures it uses ("&a"). */
export interface Declared {
  readonly profiles?: readonly SiteProfile[];
  readonly national?: ReadonlySet<string>;
}

/** Say what a symbol names, or why it cannot be used; never throws, whatever the text. */
export function read(symbol: ScannedSymbol, { profiles = [], national = NONE }: Declared = {}): Reading {
  const formats = [...FORMATS, ...profiles.map(siteFormat)];
  const reading = readAsSent(symbol, formats, national);
  if (reading.status === "unreadable" && mayBeGarbled(symbol, reading)) {
    return readThroughKeyboards(symbol, reading, (sent) => readAsSent(sent, formats, national));
  }
  return reading;
}

function readAsSent(symbol: ScannedSymbol, formats: readonly Format[], national: ReadonlySet<string>): Reading {
  const text = symbol.text.replace(PAIR, ONE_PLACE);
  const refused = (reason: Reason, detail: string): Unreadable => ({ status: "unreadable", reason, aim: null, detail });
  if (text.length > LONGEST_TEXT) return refused("too-long", `${text.length} characters, ${LONGEST_TEXT} at most`);
  const broken = LONE.exec(text);
  if (broken) return refused("lone-surrogate", `character ${broken.index + 1}`);
  let body = text.replace(LINE_END, "");
  const stripped = text.slice(body.length);
  const aim = AIM.exec(body)?.[0] ?? null;
  if (aim !== null) body = body.slice(aim.length);
  const symbology = symbol.symbology === null ? null : symbologyName(symbol.symbology);
  const payload: Payload = { text: body, aim, stripped, symbology, source: symbol.source, national };
  if (!body) return unreadable(payload, "empty");
  const control = CONTROL.exec(body);
  if (control) return unreadable(payload, "control-character", `character ${control.index + 1}`);
  const [claimant, ...others] = formats.filter((one) => one.claims(payload));
  if (!claimant) return unreadable(payload, "unknown-format");
  if (others.length > 0) return unreadable(payload, "two-formats", [claimant, ...others].map(({ tag }) => tag).join(", "));
  return claimant.read(payload);
}

/** No layout shows a `]` where a scanner types one, so a text with an AIM prefix came through whole. */
function mayBeGarbled(symbol: ScannedSymbol, refusal: Unreadable): boolean {
  return symbol.source === "scanner" && refusal.aim === null && OF_FORM.has(refusal.reason);
}

/** A refused symbol as a scanner may have sent it through each layout: repaired only where that is beyond doubt. */
function readThroughKeyboards(
  symbol: ScannedSymbol,
  refusal: Unreadable,
  readSent: (symbol: ScannedSymbol) => Reading,
): Reading {
  const readings = new Map<string, Identified>();
  const layouts: string[] = [];
  for (const [layout, text] of sentTexts(symbol.text)) {
    const reading = readings.get(text) ?? readSent({ ...symbol, text });
    if (reading.status === "identified") {
      readings.set(text, reading);
      layouts.push(layout);
    }
  }
  const [only, ...others] = readings.values();
  const [first] = layouts;
  if (!only || first === undefined) return refusal;
  const names = layouts.join(", ");
  if (others.length === 0 && /[^\x00-\x7f]/.test(symbol.text)) {
    const proved = FORMATS.find(({ tag }) => tag === only.format)?.proved(only.fields) ?? "";
    if (shownText(first, proved) !== proved) return { ...only, repaired: names };
  }
  return { status: "unreadable", reason: "keyboard-layout", aim: refusal.aim, detail: names };
}
