import * as z from 'zod/mini';

const answer = z.object({ access_token: z.nullable(z.string()), expires_at: z.nullable(z.number()) });

/** Renew this long before the token expires, so a channel never joins with an expired one. */
const marginMs = 30_000;

let known: { token: string | null; validUntilMs: number } | null = null;

/**
 * The signed-in person's access token for live channels, or null for a visitor. The session stays in HttpOnly
 * cookies; scripts get only this short-lived token, and keep it in memory.
 */
export async function readAccessToken(): Promise<string | null> {
  if (known && known.validUntilMs - marginMs > Date.now()) return known.token;
  const response = await fetch('/auth/access-token', { headers: { accept: 'application/json' } });
  if (!response.ok) return null;
  const parsed = answer.parse(await response.json());
  known = {
    token: parsed.access_token,
    validUntilMs: parsed.expires_at === null ? Date.now() + 60_000 : parsed.expires_at * 1_000,
  };
  return known.token;
}
