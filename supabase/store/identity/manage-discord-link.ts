import type { Source } from '#domain/platform/sources.ts';
import { toOutcome } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';
import { playerRecordSchema } from './player-record-schema.ts';

/** Unlinks or relinks another player. Refused: admin_only, reason_invalid, not_linked, no_identity … */
export async function manageDiscordLink(
  client: StoreClient,
  args: {
    player_id: string;
    act: 'relink' | 'unlink';
    reason: string;
    acting_player_id?: string;
    source?: Source;
  },
) {
  return toOutcome(await client.rpc('manage_discord_link', args), playerRecordSchema);
}
