import { combineChunks, isChunkLike, stringFromBase64URL } from '@supabase/ssr';
import { z } from 'zod';

export interface Cookie {
  name: string;
  value: string;
}

/**
 * The fields of a stored session that the auth client reads. It assumes that it wrote the cookie itself, but
 * anyone can.
 */
const sessionSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_at: z.number().int().positive().optional(),
  user: z.looseObject({}).optional(),
});
const namePattern = /^[\w.-]+$/;
const encodedPrefix = 'base64-';

/** The name under which the auth client of a Supabase project stores its session. */
export function nameSessionCookie(supabaseUrl: string): string {
  return `sb-${new URL(supabaseUrl).hostname.split('.')[0]}-auth-token`;
}

/** The cookies of a session: one, or several numbered chunks. */
export function listSessionCookies(cookies: readonly Cookie[], key: string): string[] {
  return cookies
    .filter(({ name }) => namePattern.test(name) && isChunkLike(name, key))
    .map(({ name }) => name);
}

/** Whether the cookies contain a session in the auth client's format. Does not validate its tokens. */
export async function isSessionReadable(cookies: readonly Cookie[], key: string): Promise<boolean> {
  const values = new Map(cookies.map(({ name, value }) => [name, value]));
  const stored = await combineChunks(key, (name) => values.get(name) ?? null);
  return stored !== null && sessionSchema.safeParse(decode(stored)).success;
}

function decode(stored: string): unknown {
  try {
    const text = stored.startsWith(encodedPrefix)
      ? stringFromBase64URL(stored.slice(encodedPrefix.length))
      : stored;
    return JSON.parse(text);
  } catch {
    return null;
  }
}
