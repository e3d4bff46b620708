import type { Outcome } from '#domain/platform/refusal.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type PlannedSeason, plannedSeasonSchema } from './planned-season-schema.ts';

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
