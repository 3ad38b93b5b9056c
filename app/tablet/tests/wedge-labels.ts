// Labels for the simulation: invented, of the test facilities A9990 to A9999, and random from a seed.
import { labelCheck } from "../src/core/barcodes/internal.ts";
import { mod37_2 } from "../src/core/barcodes/check.ts";

const DIGITS = "0123456789";
const CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const PLAIN = DIGITS + CAPITALS;

/** mulberry32: a small generator whose numbers are the same everywhere. */
export class Chance {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  of(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet.charAt(Math.floor(this.next() * alphabet.length))).join("");
  }

  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }
}

const two = (value: number): string => String(value).padStart(2, "0");
const fin = (chance: Chance): string => `A999${chance.of(DIGITS, 1)}`;
const number = (chance: Chance): string => fin(chance) + two(chance.between(20, 27)) + chance.of(DIGITS, 6);
const product = (chance: Chance): string => `=<S${chance.of(DIGITS, 4)}${chance.of("VTD", 1)}00`;
const expiry = (chance: Chance): string => `&>0${chance.between(26, 40)}${String(chance.between(1, 365)).padStart(3, "0")}2359`;
const group = (chance: Chance): string => `=%${chance.of(DIGITS, 4)}`;
const coi = (chance: Chance): string => `&/CH${fin(chance)}${two(chance.between(20, 27))}${chance.of(PLAIN, 6)}`;

function din(chance: Chance): string {
  return `=${number(chance)}00`;
}

function checkedDin(chance: Chance): string {
  const told = number(chance);
  return `=${told}${60 + mod37_2(told)}`;
}

function checkedKey(digits: string): string {
  const total = [...digits].reverse().reduce((sum, digit, place) => sum + Number(digit) * (place % 2 ? 1 : 3), 0);
  return digits + String((10 - (total % 10)) % 10);
}

function ours(chance: Chance): string {
  const kind = chance.of("BPDSUCL", 1);
  const value = `${chance.of(CAPITALS, 1)}${chance.between(1, 9)}-${chance.of(PLAIN, chance.between(2, 8))}`;
  return `GV1.${kind}.${value}.${labelCheck(kind, value)}`;
}

function medicine(chance: Chance): string {
  const gtin = checkedKey(`0${chance.of(DIGITS, 12)}`);
  const day = `${chance.between(26, 40)}${two(chance.between(1, 12))}${two(chance.between(1, 28))}`;
  return `]d201${gtin}17${day}10${chance.of(PLAIN, chance.between(4, 10))}\x1d21${chance.of(PLAIN, chance.between(4, 12))}`;
}

/** Every kind of label that a pharmacy's scanner meets, one maker each. */
export const LABELS: Readonly<Record<string, (chance: Chance) => string>> = {
  din,
  "din, checked": checkedDin,
  "din, AIM": (chance) => `]C0${din(chance)}`,
  "product code": product,
  expiry,
  "blood groups": group,
  "compound message": (chance) => `=+04000${din(chance)}${group(chance)}${product(chance)}${expiry(chance)}`,
  "chain of identity": coi,
  "staff member": (chance) => `='${fin(chance)}${chance.of(PLAIN, 6)}`,
  "our label": ours,
  "medicine, GS1": medicine,
  "shipper, GS1": (chance) => `]C100${checkedKey(`3${chance.of(DIGITS, 16)}`)}`,
};
