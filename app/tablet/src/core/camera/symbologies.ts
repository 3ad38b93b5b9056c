// What the decoder looks for, and what its finds are called in a message to the service.
import type { Decoded } from "./acceptance.ts";

export const FORMATS = ["Code128", "DataMatrix"] as const;

interface Found {
  readonly text: string;
  readonly format: string;
  readonly symbologyIdentifier: string;
}

const NAMES: Readonly<Record<string, string | undefined>> = {
  "]C1": "gs1-128",
  "]d2": "gs1-datamatrix",
};
const FAMILIES: Readonly<Record<string, string | undefined>> = {
  "]C": "code128",
  "]d": "datamatrix",
};

/** The symbology says whether a label is GS1's, so that its AIM identifier need not stand in the text. */
export function decodedOf({ text, format, symbologyIdentifier }: Found): Decoded {
  const symbology = NAMES[symbologyIdentifier] ?? FAMILIES[symbologyIdentifier.slice(0, 2)] ?? format.toLowerCase();
  return { text, symbology, linear: symbologyIdentifier.startsWith("]C") };
}
