import { getCreditBalances } from '#store/credits/get-credit-balances.ts';
import { getPlayerStats } from '#store/leaderboard/reads/get-player-stats.ts';
import type { InteractionContext, Reply } from '../interactions/command.ts';
import { buildNotice } from '../platform/notice.ts';
import type { Subject } from './find-subject.ts';
import { buildProfileMessage } from './profile-message.ts';

/** Shows a player. Only the player sees their credits. */
export async function showProfile(
  locale: string,
  { player_id, reader }: Extract<Subject, { ok: true }>,
  context: InteractionContext,
): Promise<Reply> {
  const isOwn = reader === context.store;
  const [stats, balances] = await Promise.all([
    getPlayerStats(reader, { player_id }),
    isOwn ? getCreditBalances(context.store, { player_id }) : null,
  ]);
  if (!stats) {
    const text = 'This player doesn’t exist, or their profile is private.';
    return { message: buildNotice('Nothing to show', text), outcome: 'refused' };
  }
  const message = buildProfileMessage({ ...stats, balances, webUrl: context.webUrl, locale });
  return { message, outcome: 'done' };
}
