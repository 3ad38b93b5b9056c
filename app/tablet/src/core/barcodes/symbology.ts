// The one name of a symbology, however a reader, a site or an older message spells it.
import tables from "./tables.json";

const NAMES = new Map(tables.symbologies.map((name) => [plain(name), name]));

/** "code-128", "Code128" and "CODE_128" are "code128"; a name that is none of ours stays as it is. */
export function symbologyName(told: string): string {
  return NAMES.get(plain(told)) ?? told;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
