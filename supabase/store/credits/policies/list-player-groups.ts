import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { playerGroupSchema } from './player-group-schema.ts';

const answer = z.object({
  /** The newest version: what a change has to name as its base. */
  version: z.number().int(),
  groups: z.array(playerGroupSchema),
  planned: z.object({ effective_from: z.string(), groups: z.array(playerGroupSchema) }).nullable(),
});

/** The groups in force in their order, and the next list that is planned. For managers and the service. */
export async function listPlayerGroups(client: StoreClient) {
  return toValue(await client.rpc('list_player_groups'), answer);
}
