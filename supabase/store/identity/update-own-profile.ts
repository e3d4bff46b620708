import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { ownProfileSchema } from './own-profile-schema.ts';

/**
 * Updates the given fields of the caller's own profile. Refused: time_zone_unknown, display_name_invalid …
 */
export async function updateOwnProfile(
  client: StoreClient,
  args: {
    display_name?: string;
    visibility?: string;
    time_zone?: string;
    locale?: string;
    acting_player_id?: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('update_own_profile', args), ownProfileSchema);
}
