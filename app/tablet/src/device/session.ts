// Who is signed in on this page. Tokens stay in memory: a tablet that is put down and reloaded asks for the PIN again.
import { signal } from "@preact/signals";
import { ask } from "./reach.ts";

export interface Session {
  readonly login: string;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Milliseconds of this device's clock. */
  readonly expiresAt: number;
}

export type SignIn = "done" | "refused" | "failed";

export const session = signal<Session | null>(null);

/** Sign in with a password; throws `Unreachable`. */
export async function signIn(login: string, password: string): Promise<SignIn> {
  const body = new URLSearchParams({ grant_type: "password", username: login, password });
  const answer = await ask("/api/v1/auth/token", { method: "POST", body });
  if (answer.status === 401 || answer.status === 403) return "refused";
  if (!answer.ok) return "failed";
  session.value = sessionOf(login, (await answer.json()) as TokenAnswer);
  return "done";
}

/** End the session here and, where it can be reached, on the service. */
export async function signOut(): Promise<void> {
  const ended = session.value;
  session.value = null;
  if (ended === null) return;
  try {
    await ask("/api/v1/auth/logout", { method: "POST", headers: { authorization: `Bearer ${ended.accessToken}` } });
  } catch {
    // Without a network the token ends by itself within minutes.
  }
}

interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token?: string;
}

function sessionOf(login: string, token: TokenAnswer): Session {
  return {
    login,
    accessToken: token.access_token,
    refreshToken: token.refresh_token ?? null,
    expiresAt: Date.now() + token.expires_in * 1000,
  };
}
