// What must not lie open on a lost tablet: sealed with a key that the browser holds and shows to nobody, and it runs out.
import { database } from "./database.ts";

interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
  /** Milliseconds of this device's clock. */
  readonly until: number;
}

const KEY = "vault-key";
const NAME = "sealed:";

/** Seal a value under a name until a time; what was there goes. */
export async function seal(name: string, value: unknown, until: number): Promise<void> {
  const key = await vaultKey();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  // The name and the time are bound: a sealed value cannot be put in another's place or made to last longer.
  const additionalData = new TextEncoder().encode(`${name}\0${until}`);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain);
  // Strict, like the queue: a browser that is killed forgets what it was only told, and with it who may send the scans.
  const change = (await database()).transaction("kept", "readwrite", { durability: "strict" });
  await Promise.all([change.store.put({ iv, sealed, until } satisfies Sealed, NAME + name), change.done]);
}

/** What was sealed under a name, null when there is none, or it has run out (then it is destroyed), or it was touched. */
export async function unseal<T>(name: string, now: number = Date.now()): Promise<T | null> {
  const base = await database();
  const found = (await base.get("kept", NAME + name)) as Sealed | undefined;
  if (!found) return null;
  if (found.until <= now) {
    await base.delete("kept", NAME + name);
    return null;
  }
  const additionalData = new TextEncoder().encode(`${name}\0${found.until}`);
  // A database that does not answer is no broken seal: that is thrown, and asked again.
  const key = await vaultKey();
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: found.iv, additionalData }, key, found.sealed);
    return JSON.parse(new TextDecoder().decode(plain)) as T;
  } catch {
    return null;
  }
}

/** Seal bytes that last until whoever keeps them forgets them; `name` is bound to them. */
export async function sealBytes(name: string, plain: Uint8Array<ArrayBuffer>): Promise<{ iv: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer }> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(name);
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, await vaultKey(), plain) };
}

/** The bytes that were sealed under a name; null when they were touched. */
export async function unsealBytes(name: string, { iv, sealed }: Pick<Sealed, "iv" | "sealed">): Promise<ArrayBuffer | null> {
  const key = await vaultKey();
  const additionalData = new TextEncoder().encode(name);
  return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed).catch(() => null);
}

export async function destroy(name: string): Promise<void> {
  await (await database()).delete("kept", NAME + name);
}

/** The names under which something is sealed, by their beginning. */
export async function sealedNames(prefix: string): Promise<string[]> {
  const range = IDBKeyRange.bound(NAME + prefix, `${NAME}${prefix}\uffff`);
  const keys = await (await database()).getAllKeys("kept", range);
  return keys.map((key) => key.slice(NAME.length));
}

async function vaultKey(): Promise<CryptoKey> {
  const base = await database();
  const found = (await base.get("kept", KEY)) as CryptoKey | undefined;
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Two tabs may make one at once: the first that is kept counts for both.
  const change = base.transaction("kept", "readwrite", { durability: "strict" });
  const kept = (await change.store.get(KEY)) as CryptoKey | undefined;
  if (!kept) await change.store.put(made, KEY);
  await change.done;
  return kept ?? made;
}
