import { createCipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';

const keyBytes = 32;
const nonceBytes = 12;

const keyRing = z
  .record(
    z.string().min(1),
    z.base64().transform((text) => Buffer.from(text, 'base64')),
  )
  .refine((keys) => Object.keys(keys).length > 0, 'At least one key is needed.')
  .refine(
    (keys) => Object.values(keys).every((key) => key.length === keyBytes),
    'Each key must have 32 bytes.',
  );

/** An encrypted token, as it is stored. */
export interface EncryptedToken {
  key_id: string;
  /** Base64 of nonce (12 bytes), ciphertext and authentication tag (16 bytes), in this order. */
  ciphertext: string;
}

/**
 * Encrypts a token with AES-256-GCM under the first key of the ring.
 * @param keys the ring as JSON, `{"<key id>": "<base64 of 32 bytes>"}`, the current key first
 * @param owner whose token it is: bound to the ciphertext, so that it cannot be passed off as another's
 * @throws when the ring is not usable
 */
export function encryptToken(token: string, keys: string, owner: string): EncryptedToken {
  const first = Object.entries(keyRing.parse(JSON.parse(keys)))[0];
  if (!first) throw new Error('The ring of encryption keys is empty.');
  const [key_id, key] = first;
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
  return { key_id, ciphertext: Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64') };
}
