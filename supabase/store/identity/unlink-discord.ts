import { z } from 'zod';
import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const answer = z.object({
  /** The unlinked Discord account; null if there was none. */
  discord_user_id: z.string().nullable(),
  /** Discord remains the only way to sign in to the account. */
  keeps_sign_in: z.boolean(),
  /** We hold tokens of the account, which are revoked next. */
  revokes_access: z.boolean(),
});

export type Unlinked = z.output<typeof answer>;

/** Ends the caller's link. */
export async function unlinkDiscord(
  client: StoreClient,
  args: { acting_player_id?: string; source?: Source } = {},
) {
  return toOutcome(await client.rpc('unlink_discord', args), answer);
}
