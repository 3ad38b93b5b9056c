// The check arithmetic of labels: ISO/IEC 7064 mod 37-2 (ISBT 128 ST-001 appendix A) and the GS1 mod 10 digit.

const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";

/** The check value, 0 to 36, of a text of `0-9A-Z*`; throws a RangeError on any other character. */
export function mod37_2(text: string): number {
  let total = 0;
  for (const character of text) {
    const value = CHARACTERS.indexOf(character);
    if (value < 0) throw new RangeError("a character without a value");
    total = (2 * (total + value)) % 37;
  }
  return (((38 - total) % 37) + 37) % 37;
}

/** The same as the character printed in the box (K), which may be `*`. */
export function mod37_2Character(text: string): string {
  return CHARACTERS.charAt(mod37_2(text));
}

/** Whether the last of these digits is the GS1 check digit of the others (General Specifications 7.9). */
export function mod10IsRight(digits: string): boolean {
  let total = 0;
  for (let place = digits.length - 1, weight = 1; place >= 0; place -= 1, weight = 4 - weight) {
    total += weight * Number(digits[place]);
  }
  return total % 10 === 0;
}
