import { z } from 'zod';
import { type ApiScope, apiScopes } from '#domain/platform/api-scopes.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  scopes: z.array(z.enum(apiScopes)),
  prefix: z.string(),
  expires_at: z.string().nullable(),
});

/** Registers an API key by the SHA-256 (hex) of it; the key itself stays with the caller. For the service. */
export async function createApiKey(
  client: StoreClient,
  args: {
    name: string;
    scopes: ApiScope[];
    key_hash: string;
    prefix: string;
    expires_at?: string | null;
    acting_player_id?: string;
    /** The system whose events the key sends; the name of the key when it is left out. */
    source?: string;
  },
) {
  return toOutcome(await client.rpc('create_api_key', args), answer);
}
