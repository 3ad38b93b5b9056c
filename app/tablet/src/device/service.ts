// Questions to the service in the name of who is signed in, in their language.
import { computed } from "@preact/signals";
import { language } from "../i18n/language.ts";
import type { Claims } from "./claims.ts";
import { claimsOf } from "./claims.ts";
import { ask } from "./reach.ts";
import { session, tokenOf } from "./session.ts";

/** Who is signed in, as their token says. */
export const who = computed<Claims | null>(() => (session.value ? claimsOf(session.value.accessToken) : null));

/** The service understood and said no: RFC 9457, with sentences in the language that was asked for. */
export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
  ) {
    super(`${status} ${code}`);
  }
}

/** Ask a path: GET, or POST with a body. Throws `Problem`, or `Unreachable` when no answer came. */
export async function call<T>(path: string, body?: unknown): Promise<T> {
  const answer = await answered(path, body);
  return (await answer.json().catch(() => null)) as T;
}

/** The bytes of a path, for what must not be fetched without a token. Throws as `call` does. */
export async function bytesOf(path: string): Promise<Blob> {
  return (await answered(path)).blob();
}

async function answered(path: string, body?: unknown): Promise<Response> {
  const login = session.value?.login ?? "";
  let token = await tokenOf(login);
  let answer = await send(path, body, token);
  if (answer.status === 401 && token !== null) {
    token = await tokenOf(login, token);
    if (token !== null) answer = await send(path, body, token);
  }
  if (answer.ok) return answer;
  const told: unknown = await answer.json().catch(() => null);
  const { code = "unknown", title = "", detail = "" } = (told ?? {}) as Partial<Problem>;
  throw new Problem(answer.status, code, title, detail);
}

function send(path: string, body: unknown, token: string | null): Promise<Response> {
  const headers: Record<string, string> = { "accept-language": language.value };
  if (token !== null) headers["authorization"] = `Bearer ${token}`;
  if (body === undefined) return ask(path, { headers });
  headers["content-type"] = "application/json";
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}
