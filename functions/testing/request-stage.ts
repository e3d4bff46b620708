import { z } from 'zod';
import { channelIds, userIds } from '#dev/seed/discord-community.ts';
import { createPlayer, type Player } from '../../supabase/tests/personas.ts';
import type { FunctionRig } from './start-function-rig.ts';

type Stage = Pick<FunctionRig, 'sandbox' | 'supabase'>;

const messages = z.object({ messages: z.array(z.object({ id: z.string() }).loose()) });

/** The full text of a message. */
function toText(message: unknown): string {
  return JSON.stringify(message);
}

/** The messages in the approvals channel, oldest first. */
export async function listCards(rig: Stage): Promise<{ id: string; text: string }[]> {
  const { body } = await rig.sandbox.control('GET', `messages?channel_id=${channelIds.approvals}`);
  return messages.parse(body).messages.map((message) => ({ id: message.id, text: toText(message) }));
}

/** The bot's messages to a user, oldest first. */
export async function listDirectMessages(rig: Stage, discord_user_id: string): Promise<string[]> {
  const { body } = await rig.sandbox.control('GET', `dms/${discord_user_id}`);
  return messages.parse(body).messages.map(toText);
}

/** A linked player and an approver. */
export async function createRequester(rig: Stage): Promise<{ pia: Player; max: Player }> {
  const { database } = rig.supabase;
  const pia = await createPlayer(database, 'pia');
  const max = await createPlayer(database, 'max', 'manager');
  // Two approvers, so a second approval can be required.
  await createPlayer(database, 'ada', 'admin');
  await database.sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username)
    values (${pia.player_id}, ${userIds.pia}, 'pia')`;
  return { pia, max };
}
