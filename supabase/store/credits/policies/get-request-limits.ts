import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type RequestLimits, requestLimitsSchema } from './request-limits-schema.ts';

/**
 * What the caller may request of each credit type and what is left of it; or the given player, for managers
 * and the service.
 */
export async function getRequestLimits(
  client: StoreClient,
  args: { player_id?: string } = {},
): Promise<RequestLimits[]> {
  return toValue(await client.rpc('get_request_limits', args), z.array(requestLimitsSchema));
}
