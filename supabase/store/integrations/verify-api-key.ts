import { z } from 'zod';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  scopes: z.array(z.string()),
});

/** The owner and scopes of an API key; null if it is not valid now. For the service. */
export async function verifyApiKey(client: StoreClient, args: { key: string }) {
  return toValue(await client.rpc('verify_api_key', args), apiKey.nullable());
}
