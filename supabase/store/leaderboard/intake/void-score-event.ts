import { z } from 'zod';
import { scoreEventStatuses } from '#domain/leaderboard/vocabulary.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const result = z.object({
  status: z.enum(scoreEventStatuses).exclude(['refused']),
  points: z.int(),
  /** Boards whose archives keep the points. */
  closed_boards: z.array(z.string()).optional(),
});

/** Cancels a score event. Refused: admin_only, reason_invalid, event_not_found, already_voided, not_voidable … */
export async function voidScoreEvent(
  client: StoreClient,
  args: { score_event_id: number; reason: string; acting_player_id?: string; source?: Source },
) {
  return toOutcome(await client.rpc('void_score_event', args), result);
}
