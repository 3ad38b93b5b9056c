// The work list on this device: fetched when it can be, checked against the service's signature each time it is opened, and
// sealed until it runs out.
import { signal } from "@preact/signals";
import type { WorkList } from "../core/work/list.ts";
import { ask } from "./reach.ts";
import { session, tokenOf } from "./session.ts";
import { seal, unseal } from "./vault.ts";

interface Kept {
  readonly body: string;
  readonly signature: string;
  readonly etag: string;
  readonly key: JsonWebKey & { readonly kid?: string };
  /** When it was asked for, milliseconds of this device's clock. */
  readonly asked: number;
}

/** Milliseconds between two questions for a newer list: mostly the service answers that there is none. */
const AGAIN = 60_000;

/** Of the person who is signed in; null where there is none, it had run out, or its signature does not hold. */
export const workList = signal<WorkList | null>(null);

/** When the list was last known to be the service's newest, milliseconds; what this device did since is not in it. */
export const listedAt = signal(0);

const KIND = "givre-worklist+jws";
const nameOf = (login: string): string => `worklist:${login}`;

/** Have the list of whoever is signed in, and ask for a newer one now and then; returns how to stop. */
export function followWorkList(): () => void {
  let login: string | null = null;
  const refresh = (): void => {
    if (login !== null) void refreshWorkList(login).catch(() => undefined);
  };
  const changed = async (mine: string): Promise<void> => {
    await openWorkList(mine);
    if (login === mine) refresh();
  };
  const leave = session.subscribe((now) => {
    if ((now?.login ?? null) === login) return;
    login = now?.login ?? null;
    [workList.value, listedAt.value] = [null, 0];
    if (login !== null) void changed(login).catch(() => undefined);
  });
  const timer = setInterval(refresh, AGAIN);
  addEventListener("online", refresh);
  return () => {
    leave();
    clearInterval(timer);
    removeEventListener("online", refresh);
  };
}

/** Ask for a newer list; keeps what is there when there is none or no network. Throws `Unreachable`. */
export async function refreshWorkList(login: string): Promise<void> {
  const kept = await unseal<Kept>(nameOf(login));
  const known = kept && (await opened(kept));
  const token = await tokenOf(login);
  if (token === null) return;
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  // A list whose signature does not hold is no list: then a whole one is asked for.
  if (kept && known) headers["if-none-match"] = kept.etag;
  const asked = Date.now();
  const answer = await ask("/api/v1/worklist", { headers });
  if (answer.status === 304 && kept && known) {
    await seal(nameOf(login), { ...kept, asked } satisfies Kept, Date.parse(known.expires_at));
    show(login, known, asked);
    return;
  }
  if (answer.status !== 200) return;
  const signature = answer.headers.get("givre-signature") ?? "";
  const body = await answer.text();
  const key = await keyFor(signature);
  if (!key) return;
  const next: Kept = { body, signature, etag: answer.headers.get("etag") ?? "", key, asked };
  const told = await opened(next);
  if (!told) return;
  await seal(nameOf(login), next, Date.parse(told.expires_at));
  show(login, told, asked);
}

/** Open what is kept for somebody: at their sign-in, also without a network. */
export async function openWorkList(login: string): Promise<WorkList | null> {
  const kept = await unseal<Kept>(nameOf(login));
  const told = kept && (await opened(kept));
  if (kept && told) show(login, told, kept.asked);
  return told;
}

function show(login: string, told: WorkList, asked: number): void {
  // Somebody else may have taken over while it was on its way.
  if (session.value?.login !== login) return;
  [workList.value, listedAt.value] = [told, asked];
}

/** The list, when its signature is that of the key; null otherwise. */
async function opened({ body, signature, key }: Kept): Promise<WorkList | null> {
  const [head = "", nothing, signed = ""] = signature.split(".");
  const header = headerOf(signature);
  if (nothing !== "" || header?.alg !== "EdDSA" || header.typ !== KIND || header.b64 !== false) return null;
  try {
    const { kty, crv, x } = key;
    const jwk = { kty, crv, x } as JsonWebKey;
    const trusted = await crypto.subtle.importKey("jwk", jwk, { name: "Ed25519" }, false, ["verify"]);
    const input = new TextEncoder().encode(`${head}.${body}`);
    if (!(await crypto.subtle.verify("Ed25519", trusted, bytesOf(signed), input))) return null;
    return JSON.parse(body) as WorkList;
  } catch {
    return null;
  }
}

async function keyFor(signature: string): Promise<Kept["key"] | null> {
  const kid = headerOf(signature)?.kid;
  const answer = await ask("/.well-known/jwks.json");
  if (kid === undefined || !answer.ok) return null;
  const { keys } = (await answer.json()) as { keys: Kept["key"][] };
  return keys.find((key) => key.kid === kid) ?? null;
}

function headerOf(signature: string): { alg?: string; typ?: string; b64?: boolean; kid?: string } | null {
  try {
    return JSON.parse(new TextDecoder().decode(bytesOf(signature.split(".")[0] ?? ""))) as object;
  } catch {
    return null;
  }
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
