import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const scoreEvent = z.object({
  id: z.int(),
  source: z.string(),
  external_id: z.string(),
  metric: z.string(),
  units: z.number(),
  points: z.int(),
  occurred_at: z.string(),
  received_at: z.string(),
  /** The event that this one cancels. */
  voids_id: z.int().nullable(),
  /** The event that cancels this one. */
  voided_by: z.int().nullable(),
});

/** One recorded score event. */
export type ScoreEvent = z.output<typeof scoreEvent>;

const page = z.object({ rows: z.array(scoreEvent), next_before: z.int().nullable() });

/** The score events of a player that the caller may see, latest recorded first. */
export async function listScoreEvents(
  client: StoreClient,
  args: { player_id: string; before?: number; max_rows?: number },
) {
  return toValue(await client.rpc('list_score_events', args), page);
}
