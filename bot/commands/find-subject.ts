import { toSearchText } from '#domain/text/storable-text.ts';
import { searchPlayers } from '#store/leaderboard/search-players.ts';
import type { StoreClient } from '#store/store-client.ts';
import type { BotContext, Reply } from '../command.ts';
import { findLinkedPlayer } from '../linked-player.ts';
import { buildLinkInvitation, buildNotice } from '../messages/notice.ts';

/** Whom a command is about, and with whose eyes to look: one's own, or anybody's. */
export type Subject = { ok: true; player_id: string; reader: StoreClient } | { ok: false; reply: Reply };

const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function refuse(text: string): Subject {
  return { ok: false, reply: { message: buildNotice('No such player', text), outcome: 'refused' } };
}

/** Enough that nobody who is called exactly so stays unseen: they are found before those whose names go on. */
const namesakeCountMax = 25;

async function findByName(text: string, context: BotContext): Promise<string | null> {
  const query = toSearchText(text, 80);
  if (query === '') return null;
  // The interaction itself was counted for the person.
  const found = await searchPlayers(context.store, { query, max_rows: namesakeCountMax });
  const needle = query.toLowerCase();
  const byUsername = found.find(({ username }) => username === needle);
  if (byUsername) return byUsername.player_id;
  const namesakes = found.filter(({ display_name }) => display_name.toLowerCase() === needle);
  // Of several it could be anybody; a mere beginning is tried only when nobody is called exactly so.
  const [only, ...others] = namesakes.length > 0 ? namesakes : found;
  return others.length === 0 && only ? only.player_id : null;
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
  const own = await findLinkedPlayer(interaction, context);
  if (text === null) {
    return own
      ? { ok: true, player_id: own.player_id, reader: context.store }
      : { ok: false, reply: buildLinkInvitation(context.webUrl) };
  }
  const player_id = idPattern.test(text) ? text : await findByName(text, context);
  if (!player_id)
    return refuse(
      'Nobody, or more than one player, is called that. Choose one of the suggestions while you type.',
    );
  return { ok: true, player_id, reader: player_id === own?.player_id ? context.store : context.publicStore };
}
