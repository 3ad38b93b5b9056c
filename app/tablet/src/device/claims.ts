// What an access token says of its bearer. It is read to be shown; the service alone judges by it.

export interface Claims {
  readonly sub: string;
  readonly name: string;
  readonly login: string;
  readonly site: string;
  readonly roles: readonly string[];
}

/** The claims of a token, null when it is none. */
export function claimsOf(token: string): Claims | null {
  try {
    const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (one) => one.charCodeAt(0));
    const told = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Claims>;
    return typeof told.sub === "string" && typeof told.login === "string" && Array.isArray(told.roles) ? (told as Claims) : null;
  } catch {
    return null;
  }
}
