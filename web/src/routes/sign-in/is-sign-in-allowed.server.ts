import { createHash } from 'node:crypto';
import { isWithinLimit } from '#lib/server/is-within-limit.ts';

/**
 * Counts a password sign-in attempt: per account against guessing its password, and per address, with a
 * higher limit for shared addresses, against trying one password on many accounts.
 */
export async function isSignInAllowed(address: string, email: string): Promise<boolean> {
  // E-mail addresses are hashed, because only counting is needed.
  const account = createHash('sha256').update(email.toLowerCase()).digest('base64url').slice(0, 22);
  if (!(await isWithinLimit('sign_in', `${address}:${account}`))) return false;
  return isWithinLimit('sign_in_address', address);
}
