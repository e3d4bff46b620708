import { RefusalError } from '#domain/platform/refusal.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { type OwnProfile, ownProfileSchema } from './own-profile-schema.ts';

/**
 * The caller's own profile, or for the service that of `acting_player_id`; null if nobody is signed in or the
 * account has no player.
 */
export async function getOwnProfile(
  client: StoreClient,
  args: { acting_player_id?: string } = {},
): Promise<OwnProfile | null> {
  const outcome = toOutcome(await client.rpc('get_own_profile', args), ownProfileSchema);
  if (outcome.ok) return outcome.value;
  if (outcome.refusal.status === 401) return null;
  throw new RefusalError(outcome.refusal);
}
