import type { Context } from 'hono';
import { hashText } from './hash-text.ts';

/** Adds the ETag of what a read answers; 304 and no body when the caller has exactly this, or says `*`: anything. */
export async function answerWithEtag<T extends object>(context: Context, value: T, version: number) {
  const hash = await hashText(JSON.stringify(value));
  const etag = `"v${version}-${hash.slice(0, 24)}"`;
  context.header('etag', etag);
  context.header('cache-control', 'no-cache');
  const known = context.req
    .header('if-none-match')
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  const isKnown = known?.some((tag) => tag === etag || tag === '*');
  return isKnown ? { isKnown: true as const } : { isKnown: false as const, value };
}
