import { z } from 'zod';
import type { MemberEvent } from '#domain/roles/vocabulary.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

/** Reports that a user joined or left a server. Idempotent. For the service. */
export async function reportMemberEvent(
  client: StoreClient,
  args: { guild_id: string; discord_user_id: string; kind: MemberEvent },
): Promise<void> {
  toValue(await client.rpc('report_member_event', args), z.unknown());
}
