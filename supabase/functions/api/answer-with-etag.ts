import type { Context } from 'hono';

async function hashBody(body: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body));
  return Array.from(new Uint8Array(digest).slice(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}

/** Adds the ETag of what a read answers; 304 and no body when the caller has exactly this, or says `*`: anything. */
export async function answerWithEtag<T extends object>(context: Context, value: T, version: number) {
  const etag = `"v${version}-${await hashBody(JSON.stringify(value))}"`;
  context.header('etag', etag);
  context.header('cache-control', 'no-cache');
  const known = context.req
    .header('if-none-match')
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  const isKnown = known?.some((tag) => tag === etag || tag === '*');
  return isKnown ? { isKnown: true as const } : { isKnown: false as const, value };
}
