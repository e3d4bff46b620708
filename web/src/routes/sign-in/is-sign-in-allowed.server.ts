import { createHash } from 'node:crypto';
import { isWithinLimit } from '#lib/server/is-within-limit.ts';

/**
 * Counts an attempt to sign in with a password: against guessing one account's password, and, with more patience, as
 * many people may share an address, against trying one password on many accounts.
 */
export async function isSignInAllowed(address: string, email: string): Promise<boolean> {
  // No e-mail address is kept where only counting is needed.
  const account = createHash('sha256').update(email.toLowerCase()).digest('base64url').slice(0, 22);
  if (!(await isWithinLimit('sign_in', `${address}:${account}`))) return false;
  return isWithinLimit('sign_in_address', address);
}
