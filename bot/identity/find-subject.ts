import { toPresentable } from '#domain/platform/text/presentable-text.ts';
import { toSearchText } from '#domain/platform/text/storable-text.ts';
import { searchPlayers } from '#store/leaderboard/reads/search-players.ts';
import type { StoreClient } from '#store/store-client.ts';
import type { BotContext, Reply } from '../interactions/command.ts';
import { buildLinkInvitation, buildNotice } from '../platform/notice.ts';
import { findLinkedPlayer } from './linked-player.ts';

/** Whom a command is about, and with whose eyes to look: one's own, or anybody's. */
export type Subject = { ok: true; player_id: string; reader: StoreClient } | { ok: false; reply: Reply };

const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** How Discord writes a person into a text. */
const mentionPattern = /^<@!?(\d{15,21})>$/;
/** What a suggestion says, taken as it stands: a name and, in brackets, the username. */
const suggestionPattern = /^.+ \(([a-z0-9_.-]{2,32})\)$/;

/** What a person means who writes @pia, or the words of a suggestion. */
function toTypedName(text: string): string {
  const typed = toPresentable(text, 200);
  return suggestionPattern.exec(typed)?.[1] ?? typed.replace(/^@/, '');
}

function refuse(text: string): Subject {
  return { ok: false, reply: { message: buildNotice('Player not found', text), outcome: 'refused' } };
}

/** Enough that nobody who is called exactly so stays unseen: they are found before those whose names go on. */
const namesakeCountMax = 25;

async function findByName(text: string, context: BotContext): Promise<string | null> {
  const query = toSearchText(toTypedName(text), 80);
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

async function findNamed(text: string, context: BotContext): Promise<string | null> {
  if (idPattern.test(text)) return text;
  const mentionedId = mentionPattern.exec(text)?.[1];
  if (!mentionedId) return findByName(text, context);
  return (await findLinkedPlayer({ user: { id: mentionedId } }, context))?.player_id ?? null;
}

/**
 * The player that an option names: a suggestion's id, a mention, a username with or without @, or a name when exactly
 * one player has it. Without text it is the person who asks.
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
  const player_id = await findNamed(text, context);
  if (!player_id) {
    return refuse(
      mentionPattern.test(text)
        ? 'They haven’t linked their Discord to a player yet.'
        : 'No player, or more than one, has that name. Pick one of the suggestions as you type.',
    );
  }
  return { ok: true, player_id, reader: player_id === own?.player_id ? context.store : context.publicStore };
}
