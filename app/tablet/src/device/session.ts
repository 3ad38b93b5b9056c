// Who is signed in. The page's own person is in memory: a tablet that is reloaded asks for the PIN again. Sealed beside it
// lies what sends the scans of everybody who worked here this shift, so that none waits for somebody who went home.
import { signal } from "@preact/signals";
import { read } from "../core/barcodes/reader.ts";
import { personOn } from "../core/barcodes/person.ts";
import { claimsOf } from "./claims.ts";
import { Unreachable, ask, reach } from "./reach.ts";
import type { Secret } from "./unlock.ts";
import { forget, markOf, recognise, remember } from "./unlock.ts";
import { destroy, seal, sealedNames, unseal } from "./vault.ts";

export interface Session {
  readonly login: string;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** The secret of the next refresh token while one is asked for: the same when it is asked for again. */
  readonly successor?: string;
  /** Milliseconds of this device's clock. */
  readonly expiresAt: number;
  /** Whether the person has signed out and only their scans are still to be sent. */
  readonly leaving: boolean;
}

export type SignIn = "done" | "refused" | "failed";

/** A PIN on a shared tablet: of a login, or of whoever a badge names. */
export interface Switch {
  readonly device: string;
  readonly pin: string;
  readonly login?: string;
  readonly badge?: string;
}

export const session = signal<Session | null>(null);

/** Of this tab alone: what a full tablet could not seal. It still sends what waits, which makes room. */
const unsealed = new Map<string, Session>();

const SHIFT = 12 * 3_600_000;
const NAME = "session:";
/** Milliseconds before its end in which a token is renewed, clocks being what they are. */
const EARLY = 60_000;

/**
 * Sign in with a password, on an enrolled device so that a PIN is enough later in the shift. Without a network, whoever
 * did so here this shift comes in again (decision 144); for anybody else it throws `Unreachable`.
 */
export async function signIn(login: string, password: string, device?: string): Promise<SignIn> {
  const form = { grant_type: "password", username: login, password, sent_at: new Date().toISOString() };
  const body = new URLSearchParams(device === undefined ? { ...form, sent_at: "" } : { ...form, device });
  if (device === undefined) body.delete("sent_at");
  return enter(login, "password", password, () => ask("/api/v1/auth/token", { method: "POST", body }));
}

/** Take over a shared tablet with a PIN, as `signIn` does. The token says who a badge was of. */
export async function switchTo(wanted: Switch): Promise<SignIn> {
  const login = wanted.login ?? (await loginOn(wanted.badge ?? ""));
  return enter(login, "pin", wanted.pin, () => post("/api/v1/auth/switch", { ...wanted, sent_at: new Date().toISOString() }));
}

/** The next person takes over; whoever stood here comes back with their PIN, and what they scanned is still sent. */
export function stepAside(): void {
  session.value = null;
}

/** The person leaves the screen; what they scanned is still sent, and then their session ends. */
export async function signOut(): Promise<void> {
  const ended = session.value;
  session.value = null;
  if (ended === null) return;
  await forget(ended.login);
  await alone(ended.login, async () => {
    await keepSession({ ...((await keptSession(ended.login)) ?? ended), leaving: true });
  });
}

/** A token that speaks for somebody, renewed where need be; null when they must sign in again. Throws `Unreachable`. */
export function tokenOf(login: string, refused?: string): Promise<string | null> {
  return alone(login, () => renewed(login, refused));
}

async function renewed(login: string, refused?: string): Promise<string | null> {
  const kept = await keptSession(login);
  if (!kept) return null;
  if (kept.accessToken !== refused && kept.expiresAt - EARLY > Date.now()) return kept.accessToken;
  if (kept.refreshToken === null) return null;
  // On the disk before it is asked for (decision 148): an answer that is lost, or a browser that is killed while it is on
  // its way, would otherwise leave a spent token here, and with it nobody who may send what waits.
  const successor = kept.successor ?? secret();
  if (kept.successor === undefined) await keepSession({ ...kept, successor });
  const answer = await post("/api/v1/auth/refresh", { refresh_token: kept.refreshToken, successor });
  // A portal or a proxy that says 401 ends nobody's session.
  if (answer.status === 401 && (await isOurs(answer))) {
    await forgetSession(login);
    if (session.value?.login === login) session.value = null;
    return null;
  }
  const token = answer.ok ? await tokenIn(answer) : null;
  if (!token) throw new Unreachable(`no token: ${answer.status}`);
  const next = sessionOf(login, token, kept.leaving);
  await keepSession(next);
  if (session.value?.login === login) session.value = next;
  return next.accessToken;
}

/** End the sessions of those who left and have nothing waiting any more. */
export async function endLeft(waiting: ReadonlySet<string>): Promise<void> {
  for (const name of await sealedNames(NAME)) {
    const login = name.slice(NAME.length);
    if (waiting.has(login)) continue;
    // Looked at where nobody else writes it: whoever came back meanwhile stays signed in.
    await alone(login, async () => {
      if (!(await keptSession(login))?.leaving) return;
      const token = await renewed(login);
      if (token !== null) {
        await ask("/api/v1/auth/logout", { method: "POST", headers: { authorization: `Bearer ${token}` } });
      }
      await forgetSession(login);
    });
  }
}

interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token?: string;
}

async function enter(login: string, secret: Secret, text: string, knock: () => Promise<Response>): Promise<SignIn> {
  let answer: Response;
  // On the way together with the question: whoever is in may lose the network, or the page, the next moment.
  const mark = reach.value === "offline" ? null : markOf(text);
  mark?.catch(() => undefined);
  try {
    answer = await knock();
  } catch (error) {
    if (error instanceof Unreachable) return resume(login, secret, text, error);
    throw error;
  }
  if (answer.status === 401 || answer.status === 403) return "refused";
  const token = answer.ok ? await tokenIn(answer) : null;
  if (!token) return "failed";
  const opened = sessionOf(claimsOf(token.access_token)?.login ?? login, token, false);
  const until = Date.now() + SHIFT;
  await alone(opened.login, () => keepSession(opened));
  await remember(opened.login, secret, await (mark ?? markOf(text)), until);
  session.value = opened;
  return "done";
}

/** Who worked here this shift goes on with their sealed session; it speaks for them once the network is back. */
async function resume(login: string, secret: Secret, text: string, unreachable: Unreachable): Promise<SignIn> {
  const kept = await keptSession(login);
  if (!kept || kept.leaving) throw unreachable;
  const known = await recognise(login, secret, text);
  if (known === null) throw unreachable;
  if (!known) return "refused";
  session.value = kept;
  return "done";
}

/** Whose badge it is, of those who worked here; nobody's is "". */
async function loginOn(badge: string): Promise<string> {
  const person = personOn(read({ text: badge, symbology: null, source: "scanner" }));
  for (const name of person === null ? [] : await sealedNames(NAME)) {
    const kept = await unseal<Session>(name);
    if (kept && claimsOf(kept.accessToken)?.sub === person) return kept.login;
  }
  return "";
}

async function keptSession(login: string): Promise<Session | null> {
  return unsealed.get(login) ?? (await unseal<Session>(NAME + login));
}

async function forgetSession(login: string): Promise<void> {
  unsealed.delete(login);
  await destroy(NAME + login);
}

async function keepSession(kept: Session): Promise<void> {
  try {
    await seal(NAME + kept.login, kept, Date.now() + SHIFT);
    unsealed.delete(kept.login);
  } catch {
    unsealed.set(kept.login, kept);
  }
}

/**
 * One at a time, in all tabs: a refresh token is good once, and what one tab has just sealed must not be replaced by what
 * another read before.
 */
function alone<T>(login: string, act: () => Promise<T>): Promise<T> {
  return navigator.locks.request(`givre-session-${login}`, act) as Promise<T>;
}

async function tokenIn(answer: Response): Promise<TokenAnswer | null> {
  const told = (await answer.json().catch(() => null)) as Partial<TokenAnswer> | null;
  return typeof told?.access_token === "string" && typeof told.expires_in === "number" ? (told as TokenAnswer) : null;
}

async function isOurs(refusal: Response): Promise<boolean> {
  const told = (await refusal.json().catch(() => null)) as { code?: unknown } | null;
  return typeof told?.code === "string";
}

function secret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function post(path: string, message: unknown): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(message) });
}

function sessionOf(login: string, token: TokenAnswer, leaving: boolean): Session {
  return {
    login,
    accessToken: token.access_token,
    refreshToken: token.refresh_token ?? null,
    expiresAt: Date.now() + token.expires_in * 1000,
    leaving,
  };
}
