import * as z from 'zod/mini';
import type { PublishedVersion } from './is-behind.ts';

const answer = z.object({ period_id: z.number(), version: z.number() });

/** Which version of a board is published now; null when that cannot be told. Only for the browser. */
export async function readPublishedVersion(
  board: string,
  period_id: number | undefined,
): Promise<PublishedVersion | null> {
  const search = new URLSearchParams({ board });
  if (period_id) search.set('period', String(period_id));
  try {
    const response = await fetch(`/board-version?${search}`);
    return response.ok ? answer.parse(await response.json()) : null;
  } catch {
    // A page that has fallen behind is noticed with the next message at the latest.
    return null;
  }
}
