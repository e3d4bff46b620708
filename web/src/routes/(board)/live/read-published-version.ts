import * as z from 'zod/mini';
import type { PublishedVersion } from './is-behind.ts';

const answer = z.object({ period_id: z.number(), version: z.number() });

/** The currently published version of a board; null if unknown. Browser only. */
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
    // The next message reveals a stale page at the latest.
    return null;
  }
}
