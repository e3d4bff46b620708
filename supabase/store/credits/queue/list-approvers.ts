import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const answer = z.array(z.object({ player_id: z.string(), username: z.string(), display_name: z.string() }));

/** The managers and admins, by name; none unless the caller is a manager. */
export async function listApprovers(client: StoreClient) {
  return toValue(await client.rpc('list_approvers', {}), answer);
}
