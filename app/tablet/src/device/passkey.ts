// Passkeys: what the service asks and the authenticator answers, as JSON (WebAuthn level 3) on browsers that cannot yet
// turn it themselves.
import type { Act } from "../core/queue/link.ts";
import type { Signer } from "./record.ts";
import { bare } from "./record.ts";
import { call } from "./service.ts";

/** The browser has no passkeys here, the person has none, or they were not verified. */
export class NoPasskey extends Error {
  override readonly name = "NoPasskey";
}

interface Asked {
  readonly ticket: string;
  readonly options: Readonly<Record<string, unknown>>;
}

interface Named {
  readonly id: string;
  readonly type: "public-key";
  readonly transports?: AuthenticatorTransport[];
}

/** A passkey of this browser signs exactly this act; returns the one-time token. Throws `NoPasskey`, `Problem`, `Unreachable`. */
export async function signedByPasskey(act: Act, signer: Signer): Promise<string> {
  const scan = bare(act);
  const { ticket, options } = await call<Asked>("/api/v1/auth/witness/challenge", { ...signer, scan });
  const known = (options["allowCredentials"] ?? []) as readonly Named[];
  if (known.length === 0) throw new NoPasskey();
  const publicKey = { ...options, challenge: bytesOf(String(options["challenge"])), allowCredentials: known.map(described) };
  const found = await asked(() => navigator.credentials.get({ publicKey: publicKey as PublicKeyCredentialRequestOptions }));
  const { authenticatorData, clientDataJSON, signature, userHandle } = found.response as AuthenticatorAssertionResponse;
  const response = {
    authenticatorData: textOf(authenticatorData),
    clientDataJSON: textOf(clientDataJSON),
    signature: textOf(signature),
    ...(userHandle ? { userHandle: textOf(userHandle) } : {}),
  };
  const credential = { ...shared(found), response };
  const told = await call<{ readonly witness_token: string }>("/api/v1/auth/witness/passkey", { ticket, scan, credential });
  return told.witness_token;
}

/** Make a passkey of whoever is signed in, after their PIN. Throws as `signedByPasskey`. */
export async function addPasskey(pin: string, name: string): Promise<void> {
  const { ticket, options } = await call<Asked>("/api/v1/auth/passkeys/options", { pin });
  const user = options["user"] as { readonly id: string; readonly name: string; readonly displayName: string };
  const known = (options["excludeCredentials"] ?? []) as readonly Named[];
  const publicKey = {
    ...options,
    challenge: bytesOf(String(options["challenge"])),
    user: { ...user, id: bytesOf(user.id) },
    excludeCredentials: known.map(described),
  };
  const made = await asked(() => navigator.credentials.create({ publicKey: publicKey as unknown as PublicKeyCredentialCreationOptions }));
  const answer = made.response as AuthenticatorAttestationResponse;
  const response = {
    attestationObject: textOf(answer.attestationObject),
    clientDataJSON: textOf(answer.clientDataJSON),
    transports: answer.getTransports(),
  };
  await call("/api/v1/auth/passkeys", { ticket, name, credential: { ...shared(made), response } });
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  const credential = await ask().catch((cause: unknown) => {
    // Whatever the browser refused for (nobody there, no key here, the time over): there is no signature.
    throw new NoPasskey(undefined, { cause });
  });
  if (!(credential instanceof PublicKeyCredential)) throw new NoPasskey();
  return credential;
}

function shared({ id, rawId, type, authenticatorAttachment }: PublicKeyCredential): Readonly<Record<string, unknown>> {
  return { id, rawId: textOf(rawId), type, clientExtensionResults: {}, authenticatorAttachment };
}

function described({ id, type, transports }: Named): PublicKeyCredentialDescriptor {
  return { id: bytesOf(id), type, ...(transports ? { transports } : {}) };
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function textOf(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
