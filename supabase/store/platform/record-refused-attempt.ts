import { z } from 'zod';
import type { RefusableAction } from '#domain/platform/refusable-actions.ts';
import type { Source } from '#domain/platform/sources.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({ is_recorded: z.boolean(), replayed: z.boolean() });

/**
 * Records in the audit log that somebody was refused for lack of a right: once per key, and only so often per
 * person (then `is_recorded` is false). For the service.
 */
export async function recordRefusedAttempt(
  client: StoreClient,
  args: {
    action: RefusableAction;
    /** The player or request that it was about. */
    subject_id?: string | undefined;
    /** The code of the refusal. */
    refusal: string;
    idempotency_key: string;
    /** Either id identifies the person; only the account does if it is not linked. */
    acting_player_id?: string | undefined;
    discord_user_id?: string;
    source: Source;
  },
) {
  return toValue(await client.rpc('record_refused_attempt', args), answer);
}
