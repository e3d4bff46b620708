import { CompactEncrypt, calculateJwkThumbprint, compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';

/*
 * Discord's tokens are sealed for the worker as a compact JWE (ECDH-ES with A256GCM): the public key seals,
 * and only the private key opens. The owner of a token is part of the sealed content.
 */

const keyManagement = 'ECDH-ES';
const contentEncryption = 'A256GCM';

const point = { kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string().min(1), y: z.string().min(1) };
const publicKey = z.strictObject({ ...point, kid: z.string().min(1) });
const privateKey = z.strictObject({ ...point, kid: z.string().min(1), d: z.string().min(1) });

export type SealingKey = z.output<typeof publicKey>;
export type OpeningKey = z.output<typeof privateKey>;

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('This is not JSON.');
    return z.NEVER;
  }
});

/** A public key as JWK. Private keys are rejected, because a process that seals must not be able to open. */
export const sealingKeySchema = json.pipe(publicKey);

/** Private keys as a JWK set, the current one first. */
export const openingKeysSchema = json
  .pipe(z.object({ keys: z.array(privateKey).min(1, 'At least one key is needed.') }))
  .transform(({ keys }) => keys);

/** The public half of a private key. */
export function toSealingKey({ d: _, ...sealing }: OpeningKey): SealingKey {
  return sealing;
}

/** A new private key, named by its thumbprint. */
export async function makeOpeningKey(): Promise<OpeningKey> {
  const pair = await generateKeyPair(keyManagement, { crv: 'P-256', extractable: true });
  const jwk = await exportJWK(pair.privateKey);
  return privateKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
}

/** Seals a token of `owner`. Sealing the same token twice gives different texts. */
export function sealToken(token: string, owner: string, key: SealingKey): Promise<string> {
  const { kid, ...jwk } = key;
  return new CompactEncrypt(new TextEncoder().encode(token))
    .setProtectedHeader({ alg: keyManagement, enc: contentEncryption, kid, sub: owner })
    .encrypt(jwk);
}

/**
 * Opens a sealed token. Throws if no key opens it, or if it was tampered with or belongs to another owner.
 */
export async function openToken(sealed: string, owner: string, keys: readonly OpeningKey[]): Promise<string> {
  const { plaintext, protectedHeader } = await compactDecrypt(
    sealed,
    ({ kid }) => {
      const key = keys.find((known) => known.kid === kid);
      if (!key)
        throw new Error(`No key opens this token: it was sealed to ${kid ?? 'a key without a name'}.`);
      return key;
    },
    { keyManagementAlgorithms: [keyManagement], contentEncryptionAlgorithms: [contentEncryption] },
  );
  if (protectedHeader.sub !== owner) throw new Error('This token belongs to another account.');
  return new TextDecoder().decode(plaintext);
}
