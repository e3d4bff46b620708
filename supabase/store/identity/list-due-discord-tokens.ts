import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Discord accounts whose tokens expire soon or have outlived their link. For the service. */
export async function listDueDiscordTokens(
  client: StoreClient,
  args: { max_rows?: number } = {},
): Promise<string[]> {
  return toValue(await client.rpc('list_due_discord_tokens', args), z.array(z.string()));
}
