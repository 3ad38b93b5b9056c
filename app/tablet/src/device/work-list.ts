// The work list on this device: fetched when it can be, checked against the service's signature each time it is opened, and
// sealed until it runs out.
import { signal } from "@preact/signals";
import type { WorkList } from "../core/work/list.ts";
import { ask } from "./reach.ts";
import { tokenOf } from "./session.ts";
import { seal, unseal } from "./vault.ts";

interface Kept {
  readonly body: string;
  readonly signature: string;
  readonly etag: string;
  readonly key: JsonWebKey & { readonly kid?: string };
}

/** Of the person who is signed in; null where there is none, it has run out, or its signature does not hold. */
export const workList = signal<WorkList | null>(null);

const KIND = "givre-worklist+jws";
const nameOf = (login: string): string => `worklist:${login}`;

/** Ask for a newer list; keeps what is there when there is none or no network. Throws `Unreachable`. */
export async function refreshWorkList(login: string): Promise<void> {
  const kept = await unseal<Kept>(nameOf(login));
  const token = await tokenOf(login);
  if (token === null) return;
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (kept) headers["if-none-match"] = kept.etag;
  const answer = await ask("/api/v1/worklist", { headers });
  if (answer.status !== 200) return;
  const signature = answer.headers.get("givre-signature") ?? "";
  const body = await answer.text();
  const key = await keyFor(signature);
  const told = key && (await opened({ body, signature, etag: answer.headers.get("etag") ?? "", key }));
  if (!key || !told) return;
  const next: Kept = { body, signature, etag: answer.headers.get("etag") ?? "", key };
  await seal(nameOf(login), next, Date.parse(told.expires_at));
  workList.value = told;
}

/** Open what is kept for somebody: at their sign-in, also without a network. */
export async function openWorkList(login: string): Promise<void> {
  const kept = await unseal<Kept>(nameOf(login));
  workList.value = kept && (await opened(kept));
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
