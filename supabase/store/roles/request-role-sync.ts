import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Asks for the roles of a server to be brought up to date now. Repeats are harmless. For the service. */
export async function requestRoleSync(client: StoreClient, args: { guild_id: string }): Promise<void> {
  toValue(await client.rpc('request_role_sync', args), z.unknown());
}
