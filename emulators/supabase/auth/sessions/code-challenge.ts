import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a PKCE verifier matches a challenge; unknown methods never match. */
export function isCodeVerifierOf(verifier: string, challenge: string, method: string): boolean {
  if (challenge === '') return false;
  if (method === 's256') return isEqual(createHash('sha256').update(verifier).digest('base64url'), challenge);
  return method === 'plain' && isEqual(verifier, challenge);
}

function isEqual(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
