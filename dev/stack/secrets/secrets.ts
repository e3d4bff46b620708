// Secrets of one local stack, generated once per data directory so that sessions and signatures survive a
// restart.
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** The contents of the secrets file. */
export const secretsSchema = z.object({
  /** ES256 private key as JWK with `kid`: signs access tokens. */
  jwt_private_jwk: z.record(z.string(), z.unknown()),
  /** Signs the OAuth state during a sign-in with Discord. */
  state_secret: z.string(),
  /** Only the emulators connect as the database superuser, who could run programs under its account. */
  postgres_superuser_password: z.string(),
  publishable_key: z.string(),
  secret_key: z.string(),
  /** Ed25519: 32 bytes in hex, as in Discord's developer portal. */
  discord_public_key: z.string(),
  /** Ed25519: PKCS #8 DER in base64. */
  discord_private_key: z.string(),
  discord_bot_token: z.string(),
  discord_client_secret: z.string(),
  /** P-256 private keys as JWK with `kid`, the current one first; they open what the web app sealed. */
  token_private_jwks: z.array(z.record(z.string(), z.unknown())).min(1),
  inngest_event_key: z.string(),
  /** The key that the traffic simulator posts score events with. */
  api_key: z.string(),
});

const ownMark = z.object({ discord_bot_token: z.string().startsWith('sandbox.') });

/** The secrets of one stack. */
export type Secrets = z.output<typeof secretsSchema>;

/**
 * Reads `<directory>/secrets.json`, creating it on the first start and adding what an older version lacks.
 * Throws if the file has another format.
 */
export function loadSecrets(directory: string): Secrets {
  const file = path.join(directory, 'secrets.json');
  const known: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const complete = secretsSchema.safeParse(known);
  if (complete.success) return complete.data;
  const secrets = secretsSchema.parse({
    ...makeSecrets(),
    ...z.record(z.string(), z.unknown()).parse(known),
  });
  mkdirSync(directory, { recursive: true });
  saveSecrets(directory, secrets);
  return secrets;
}

/** Generates a new sealing key for the web app's next start; older keys still open tokens. */
export function addTokenKey(directory: string): Secrets {
  const secrets = loadSecrets(directory);
  const renewed = { ...secrets, token_private_jwks: [makeTokenKey(), ...secrets.token_private_jwks] };
  saveSecrets(directory, renewed);
  return renewed;
}

function saveSecrets(directory: string, secrets: Secrets): void {
  const file = path.join(directory, 'secrets.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Whether a folder contains the secrets of a stack of any version, recognised by the bot token. */
export function hasSecrets(directory: string): boolean {
  try {
    const text = readFileSync(path.join(directory, 'secrets.json'), 'utf8');
    return ownMark.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

function makeSecrets(): Secrets {
  const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const interactions = generateKeyPairSync('ed25519');
  const publicKey = interactions.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const jwk: Record<string, unknown> = { ...signing.privateKey.export({ format: 'jwk' }) };
  return {
    jwt_private_jwk: { ...jwk, kid: randomUUID(), alg: 'ES256', use: 'sig' },
    state_secret: randomText(32),
    postgres_superuser_password: randomText(24),
    publishable_key: `sb_publishable_local_${randomText(16)}`,
    secret_key: `sb_secret_local_${randomText(24)}`,
    discord_public_key: publicKey.toString('hex'),
    discord_private_key: interactions.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    discord_bot_token: `sandbox.${randomText(24)}`,
    discord_client_secret: randomText(24),
    token_private_jwks: [makeTokenKey()],
    inngest_event_key: `local_${randomText(16)}`,
    api_key: `dsk_local_${randomText(24)}`,
  };
}

function makeTokenKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID() };
}

function randomText(byteCount: number): string {
  return randomBytes(byteCount).toString('base64url');
}
