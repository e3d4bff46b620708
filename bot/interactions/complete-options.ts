import { defaultBoard } from '#domain/leaderboard/default-board.ts';
import { toSearchText } from '#domain/platform/text/storable-text.ts';
import { listBoards } from '#store/leaderboard/boards/list-boards.ts';
import { getBoardPage } from '#store/leaderboard/reads/get-board-page.ts';
import { ifFound } from '#store/leaderboard/reads/if-found.ts';
import { searchPlayers } from '#store/leaderboard/reads/search-players.ts';
import { countAttempt } from '#store/platform/count-attempt.ts';
import { showPlainText } from '../platform/shown-text.ts';
import type { Choices, InteractionContext } from './command.ts';
import type { AutocompleteInteraction } from './interaction.ts';

const choiceCountMax = 25;
const nameLengthMax = 100;
const boardsKeptMs = 60_000;

let boardChoices: { choices: Choices; untilMs: number } | null = null;

async function completeBoard(text: string, context: InteractionContext): Promise<Choices> {
  const nowMs = context.clock.now();
  if (!boardChoices || boardChoices.untilMs < nowMs) {
    const boards = await listBoards(context.publicStore);
    const choices = boards.map(({ slug, name }) => ({
      name: showPlainText(name, nameLengthMax),
      value: slug,
    }));
    boardChoices = { choices, untilMs: nowMs + boardsKeptMs };
  }
  const needle = text.toLowerCase();
  return boardChoices.choices
    .filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(needle))
    .slice(0, choiceCountMax);
}

/** Before anything is typed, suggests the leaders. */
async function listLeaders(context: InteractionContext): Promise<Choices> {
  const page = await ifFound(
    getBoardPage(context.publicStore, { board: defaultBoard, max_rows: choiceCountMax }),
  );
  const named = page?.standings.filter(({ is_anonymous }) => !is_anonymous) ?? [];
  return named.map(toPlayerChoice);
}

function toPlayerChoice(player: { player_id: string; display_name: string; username: string | null }) {
  const username = player.username ? ` (${player.username})` : '';
  return {
    name: `${showPlainText(player.display_name, nameLengthMax - username.length)}${username}`,
    value: player.player_id,
  };
}

async function completePlayer(userId: string, text: string, context: InteractionContext): Promise<Choices> {
  const query = toSearchText(text, 80);
  if (query === '') return listLeaders(context);
  // Everybody in Discord reaches the database from this server's address, so the limit counts per person
  // here.
  const { allowed } = await countAttempt(context.store, { action: 'search', who: `discord:${userId}` });
  if (!allowed) return [];
  const players = await searchPlayers(context.store, { query, max_rows: choiceCountMax });
  return players.map(toPlayerChoice);
}

/** Suggestions for the option being typed: boards for `board`, players for all others. At most 25. */
export function completeOptions(
  interaction: AutocompleteInteraction,
  context: InteractionContext,
): Promise<Choices> {
  const { name, text } = interaction.focused;
  return name === 'board' ? completeBoard(text, context) : completePlayer(interaction.user.id, text, context);
}
