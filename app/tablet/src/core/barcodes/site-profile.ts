// Labels that no standard describes: a site says how they look, from symbols it has scanned itself.
import type { Format, Payload } from "./format.ts";
import { identified, unproved, unreadable } from "./format.ts";
import type { Subject } from "./reading.ts";
import { symbologyName } from "./symbology.ts";

/** As `GET /api/v1/scan-profiles` describes one. */
export interface SiteProfile {
  readonly tag: string;
  readonly symbology: string | null;
  readonly pattern: string;
  readonly subject: Subject;
  readonly scheme: string;
  readonly issuer: string;
  readonly fields: readonly string[];
  readonly personal: boolean;
}

const LONGEST_MATCH = 128;
const AIM_FAMILIES: Readonly<Record<string, string | undefined>> = {
  "]A": "code39",
  "]C": "code128",
  "]d": "datamatrix",
  "]Q": "qrcode",
  "]L": "pdf417",
  "]z": "aztec",
};
const CLASS = String.raw`\[(?:[0-9]-[0-9]|[A-Z]-[A-Z]|[a-z]-[a-z]|[ ./:+*=#%_0-9A-Za-z]|\\[\][&|~^\\-])+\]`;
const SIGN = String.raw`\\[\][!"#$%&'()*+,./:;<=>?@^_\`{|}~\\-]`;
const PLAIN = String.raw`[ !"#%&',/:;<=>@_\`~0-9A-Za-z-]`;
const TOKEN = new RegExp(`(\\()|(\\))|(${PLAIN}|${SIGN}|${CLASS})(?:(\\?)|\\{([0-9]{1,3})(?:,([0-9]{1,3}))?\\})?`, "y");

type Part = "open" | "close" | { readonly one: RegExp; readonly least: number; readonly most: number };

/** A pattern's parts; throws an Error on what is outside the language, which the service accepts no profile with. */
export function partsOf(pattern: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < pattern.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(pattern);
    if (!token) throw new Error(`character ${at + 1} is not part of a plain pattern`);
    at = TOKEN.lastIndex;
    const [, opens, closes, atom = "", optional, few, many] = token;
    if (opens) parts.push("open");
    else if (closes) parts.push("close");
    else {
      const least = optional ? 0 : Number(few ?? 1);
      const most = optional ? 1 : Number(many ?? least);
      // Outside a class only a plain atom may be taken as it stands; inside, the sets have no signs of their own here.
      parts.push({ one: new RegExp(`^${atom}$`), least, most });
    }
  }
  return parts;
}

/** The groups of a match of the whole text, null for none: every part takes all it can and gives nothing back. */
export function matchPlain(parts: readonly Part[], text: string): readonly string[] | null {
  const groups: string[] = [];
  let at = 0;
  let opened = 0;
  for (const part of parts) {
    if (part === "open") opened = at;
    else if (part === "close") groups.push(text.slice(opened, at));
    else {
      let taken = 0;
      while (taken < part.most && at < text.length && part.one.test(text.charAt(at))) {
        taken += 1;
        at += 1;
      }
      if (taken < part.least) return null;
    }
  }
  return at === text.length ? groups : null;
}

/** The format that reads the labels of a profile. */
export function siteFormat(profile: SiteProfile): Format {
  const parts = partsOf(profile.pattern);
  const groupsOf = (payload: Payload): readonly string[] | null =>
    payload.text.length <= LONGEST_MATCH ? matchPlain(parts, payload.text) : null;
  return {
    tag: profile.tag,
    claims: (payload) => isOf(profile.symbology, payload) && groupsOf(payload) !== null,
    read(payload) {
      const groups = groupsOf(payload);
      if (groups === null) return unreadable(payload, "alphabet", profile.tag);
      if (payload.source === "typed") return unreadable(payload, "typed-without-check", profile.tag);
      const fields = Object.fromEntries(profile.fields.map((name, place) => [name, groups[place] ?? ""]));
      const { scheme, issuer } = profile;
      const identifier = { scheme, issuer, value: fields["value"] ?? payload.text };
      return identified(payload, profile.tag, profile.subject, fields, [identifier], profile.personal);
    },
    proved: unproved,
  };
}

function isOf(symbology: string | null, { symbology: told, aim }: Payload): boolean {
  const known = told ?? (aim === null ? null : (AIM_FAMILIES[aim.slice(0, 2)] ?? aim));
  return symbology === null || known === null || symbologyName(known) === symbologyName(symbology);
}
