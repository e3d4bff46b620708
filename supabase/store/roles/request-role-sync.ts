import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Requests a role sync of a server. Idempotent. For the service. */
export async function requestRoleSync(client: StoreClient, args: { guild_id: string }): Promise<void> {
  toValue(await client.rpc('request_role_sync', args), z.unknown());
}
