import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';

const keyPrefix = /^signkey-[\w]+-/;

/** Body bytes to send: canonical JSON (RFC 8785), because the SDK verifies the signature over that form. */
export function serializeCanonical(body: unknown): string {
  return canonicalize(body) ?? '';
}

/** Value of `x-inngest-signature` for a body, at a Unix time in seconds. */
export function signBody(signingKey: string, body: string, atSeconds: number): string {
  const secret = signingKey.replace(keyPrefix, '');
  const digest = createHmac('sha256', secret).update(body).update(String(atSeconds)).digest('hex');
  return `t=${atSeconds}&s=${digest}`;
}

/** The form in which the SDK presents a signing key to the API: same prefix, SHA-256 of the decoded key. */
export function hashSigningKey(signingKey: string): string {
  const prefix = keyPrefix.exec(signingKey)?.[0] ?? '';
  const bytes = Buffer.from(signingKey.slice(prefix.length), 'hex');
  return prefix + createHash('sha256').update(bytes).digest('hex');
}

/** Whether an Authorization header contains the signing key, plain or hashed. */
export function isAuthorized(authorization: string | undefined, signingKey: string): boolean {
  const token = (authorization ?? '').replace(/^Bearer\s+/i, '');
  return [signingKey, hashSigningKey(signingKey)].some((accepted) => isSameText(token, accepted));
}

/** Constant-time comparison. */
export function isSameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
