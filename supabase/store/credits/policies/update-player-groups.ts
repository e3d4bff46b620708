import { z } from 'zod';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type PlayerGroupDraft, playerGroupSchema } from './player-group-schema.ts';

const answer = z.object({
  version: z.number().int(),
  effective_from: z.string(),
  groups: z.array(playerGroupSchema),
});

/**
 * Replaces the ordered list of groups, now or later. Refused: not_admin, policy_changed (names who changed it
 * meanwhile), group_invalid, group_name_invalid …
 */
export async function updatePlayerGroups(
  client: StoreClient,
  args: {
    groups: PlayerGroupDraft[];
    base_version: number;
    effective_from?: string;
    acting_player_id?: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('update_player_groups', args), answer);
}
