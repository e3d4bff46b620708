import { searchPlayers } from '#store/leaderboard/search-players.ts';
import type { BotContext, Reply } from '../command.ts';
import { findLinkedPlayer } from '../linked-player.ts';
import { buildLinkInvitation, buildNotice } from '../messages/notice.ts';

export type Subject = { ok: true; player_id: string } | { ok: false; reply: Reply };

const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function refuse(text: string): Subject {
  return { ok: false, reply: { message: buildNotice('No such player', text), outcome: 'refused' } };
}

/**
 * The player that an option names: a suggestion's id, or text typed past the suggestions when it names exactly one.
 * Without text it is the person who asks.
 */
export async function findSubject(
  interaction: { user: { id: string } },
  text: string | null,
  context: BotContext,
): Promise<Subject> {
  if (text === null) {
    const player = await findLinkedPlayer(interaction, context);
    return player
      ? { ok: true, player_id: player.player_id }
      : { ok: false, reply: buildLinkInvitation(context.webUrl) };
  }
  if (idPattern.test(text)) return { ok: true, player_id: text };
  const found = await searchPlayers(context.store, { query: text, limit: 2 });
  const needle = text.toLowerCase();
  const exact = found.find(({ username, display_name }) =>
    [username, display_name].some((name) => name?.toLowerCase() === needle),
  );
  const player = exact ?? (found.length === 1 ? found[0] : undefined);
  return player
    ? { ok: true, player_id: player.player_id }
    : refuse('Choose one of the suggestions while you type.');
}
