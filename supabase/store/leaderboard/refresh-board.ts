import { z } from 'zod';
import type { Outcome } from '#domain/refusal.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({
  status: z.enum(['refreshed', 'unchanged', 'busy', 'not_open']),
  version: z.number().int().optional(),
  changed_count: z.number().int().optional(),
  tier_change_count: z.number().int().optional(),
  duration_ms: z.number().optional(),
});

export type BoardRefreshAnswer = z.output<typeof answer>;

/**
 * Refreshes the running period of a board now instead of at the next scheduled time. For the service.
 * @param args.as_of the moment to publish it under, for seeding a past; never before the last one
 */
export async function refreshBoard(
  client: StoreClient,
  args: { board: string; as_of?: string },
): Promise<Outcome<BoardRefreshAnswer>> {
  return toOutcome(await client.rpc('refresh_board', args), answer);
}
