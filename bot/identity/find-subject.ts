import { toPresentable } from '#domain/platform/text/presentable-text.ts';
import { toSearchText } from '#domain/platform/text/storable-text.ts';
import { searchPlayers } from '#store/leaderboard/reads/search-players.ts';
import type { StoreClient } from '#store/store-client.ts';
import type { InteractionContext, Reply } from '../interactions/command.ts';
import { buildLinkInvitation, buildNotice } from '../platform/notice.ts';
import { findLinkedPlayer } from './linked-player.ts';

/**
 * The player a command is about, and whose permissions the lookup uses: the caller's own, or the public's.
 */
export type Subject = { ok: true; player_id: string; reader: StoreClient } | { ok: false; reply: Reply };

const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** How Discord writes a mention. */
const mentionPattern = /^<@!?(\d{15,21})>$/;
/** A suggestion's text taken literally: a name and the username in brackets. */
const suggestionPattern = /^.+ \(([a-z0-9_.-]{2,32})\)$/;

/** Accepts @pia and the text of a suggestion. */
function toTypedName(text: string): string {
  const typed = toPresentable(text, 200);
  return suggestionPattern.exec(typed)?.[1] ?? typed.replace(/^@/, '');
}

/** The answer to a name that `findNamedPlayer` does not find. */
export function refuseName(typed: string): Reply {
  const text = mentionPattern.test(typed)
    ? 'They haven’t linked their Discord to a player yet.'
    : 'No player, or more than one, has that name. Pick one of the suggestions as you type.';
  return { message: buildNotice('Player not found', text), outcome: 'refused' };
}

/** Large enough that exact matches are never cut off; they sort before prefix matches. */
const namesakeCountMax = 25;

async function findByName(text: string, context: InteractionContext): Promise<string | null> {
  const query = toSearchText(toTypedName(text), 80);
  if (query === '') return null;
  // The interaction itself was counted for this person.
  const found = await searchPlayers(context.store, { query, max_rows: namesakeCountMax });
  const needle = query.toLowerCase();
  const byUsername = found.find(({ username }) => username === needle);
  if (byUsername) return byUsername.player_id;
  const namesakes = found.filter(({ display_name }) => display_name.toLowerCase() === needle);
  // Several matches are ambiguous. A prefix counts only without an exact match.
  const [only, ...others] = namesakes.length > 0 ? namesakes : found;
  return others.length === 0 && only ? only.player_id : null;
}

/** The id of the player whom a typed option names; null if there is none, or more than one. */
export async function findNamedPlayer(text: string, context: InteractionContext): Promise<string | null> {
  if (idPattern.test(text)) return text;
  const mentionedId = mentionPattern.exec(text)?.[1];
  if (!mentionedId) return findByName(text, context);
  return (await findLinkedPlayer({ user: { id: mentionedId } }, context))?.player_id ?? null;
}

/**
 * The player that an option names: a suggestion's id, a mention, a username with or without @, or a name that
 * exactly one player has. Without text, the caller.
 */
export async function findSubject(
  interaction: { user: { id: string } },
  text: string | null,
  context: InteractionContext,
): Promise<Subject> {
  const own = await findLinkedPlayer(interaction, context);
  if (text === null) {
    return own
      ? { ok: true, player_id: own.player_id, reader: context.store }
      : { ok: false, reply: buildLinkInvitation(context.webUrl) };
  }
  const player_id = await findNamedPlayer(text, context);
  if (!player_id) return { ok: false, reply: refuseName(text) };
  return { ok: true, player_id, reader: player_id === own?.player_id ? context.store : context.publicStore };
}
