import type { Context } from 'hono';
import { hashText } from './hash-text.ts';

/** Adds the ETag of a read's answer; a 304 without a body if the caller already has it or sends `*`. */
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
