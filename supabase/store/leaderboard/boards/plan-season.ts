import { z } from 'zod';
import type { Outcome } from '#domain/platform/refusal.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

export const plannedSeasonSchema = z.object({
  board: z.string(),
  period_id: z.number().int(),
  name: z.string().nullable(),
  starts_at: z.string(),
  ends_at: z.string(),
});

export type PlannedSeason = z.output<typeof plannedSeasonSchema>;

/** Plans a season of a season board; it starts, closes and is archived automatically. For admins. */
export async function planSeason(
  client: StoreClient,
  args: {
    board: string;
    name: string;
    starts_at: string;
    ends_at: string;
    acting_player_id?: string;
    source?: Source;
  },
): Promise<Outcome<PlannedSeason>> {
  return toOutcome(await client.rpc('plan_season', args), plannedSeasonSchema);
}
