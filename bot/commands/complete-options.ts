import { listBoards } from '#store/leaderboard/list-boards.ts';
import { searchPlayers } from '#store/leaderboard/search-players.ts';
import type { BotContext, Choices } from '../command.ts';
import type { AutocompleteInteraction } from '../interaction.ts';
import { truncateText } from '../messages/message.ts';

const choiceCountMax = 25;
const nameLengthMax = 100;
const boardsKeptMs = 60_000;

let boardChoices: { choices: Choices; untilMs: number } | null = null;

async function completeBoard(text: string, context: BotContext): Promise<Choices> {
  const nowMs = context.clock.now();
  if (!boardChoices || boardChoices.untilMs < nowMs) {
    const boards = await listBoards(context.store);
    const choices = boards.map(({ slug, name }) => ({
      name: truncateText(name, nameLengthMax),
      value: slug,
    }));
    boardChoices = { choices, untilMs: nowMs + boardsKeptMs };
  }
  const needle = text.toLowerCase();
  return boardChoices.choices
    .filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(needle))
    .slice(0, choiceCountMax);
}

async function completePlayer(text: string, context: BotContext): Promise<Choices> {
  const players = await searchPlayers(context.store, { query: text, limit: choiceCountMax });
  return players.map(({ player_id, display_name, username }) => ({
    name: truncateText(username ? `${display_name} (${username})` : display_name, nameLengthMax),
    value: player_id,
  }));
}

/** Suggestions for the option being typed: boards for `board`, players for any other. At most 25. */
export function completeOptions(interaction: AutocompleteInteraction, context: BotContext): Promise<Choices> {
  const { name, text } = interaction.focused;
  return name === 'board' ? completeBoard(text, context) : completePlayer(text, context);
}
