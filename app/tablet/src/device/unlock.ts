// Getting in without a network: whoever signed in on this tablet this shift, with the secret they used then. Of the secret
// is kept what it takes to recognise it, sealed; five wrong tries destroy it, and so does signing out.
import { destroy, seal, unseal } from "./vault.ts";

/** A password and a PIN are kept apart: each opens what it opened with a network. */
export type Secret = "password" | "pin";

interface Kept {
  readonly salt: string;
  readonly digest: string;
  readonly left: number;
  /** Milliseconds of this device's clock. */
  readonly until: number;
}

/** OWASP's number for PBKDF2 with SHA-256 (2023): a quarter of a second, beside the page's own work. */
const ROUNDS = 600_000;
const TRIES = 5;
const nameOf = (login: string, secret: Secret): string => `unlock:${secret}:${login}`;

/** What it takes to recognise a secret; worth keeping once the service has accepted it. */
export type Mark = Pick<Kept, "salt" | "digest">;

export async function markOf(text: string): Promise<Mark> {
  const salt = coded(crypto.getRandomValues(new Uint8Array(16)));
  return { salt, digest: await digestOf(text, salt) };
}

/** Remember a secret that the service has just accepted, until a time (milliseconds). */
export async function remember(login: string, secret: Secret, mark: Mark, until: number): Promise<void> {
  await seal(nameOf(login, secret), { ...mark, left: TRIES, until } satisfies Kept, until);
}

export async function forget(login: string): Promise<void> {
  await Promise.all([destroy(nameOf(login, "password")), destroy(nameOf(login, "pin"))]);
}

/** Whether it is the remembered secret; null where none is remembered. A wrong one counts. */
export async function recognise(login: string, secret: Secret, text: string): Promise<boolean | null> {
  const name = nameOf(login, secret);
  const kept = await unseal<Kept>(name);
  if (kept === null) return null;
  // Counted before it is answered: a page that is closed in between has had its try.
  const counted = kept.left <= 1 ? destroy(name) : seal(name, { ...kept, left: kept.left - 1 }, kept.until);
  const [digest] = await Promise.all([digestOf(text, kept.salt), counted]);
  if (digest !== kept.digest) return false;
  await seal(name, { ...kept, left: TRIES }, kept.until);
  return true;
}

async function digestOf(text: string, salt: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(text), "PBKDF2", false, ["deriveBits"]);
  const settings = { name: "PBKDF2", hash: "SHA-256", salt: new TextEncoder().encode(salt), iterations: ROUNDS };
  return coded(new Uint8Array(await crypto.subtle.deriveBits(settings, key, 256)));
}

function coded(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
