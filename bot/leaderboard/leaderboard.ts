import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { defaultBoard } from '#domain/leaderboard/default-board.ts';
import type { Command } from '../interactions/command.ts';
import { completeOptions } from '../interactions/complete-options.ts';
import { boardOption, defineCommand, defineCountOption, describeIn } from '../interactions/definition.ts';
import { readFlag, readInteger, readText } from '../interactions/options.ts';
import { standingsPerPage } from './leaderboard-message.ts';
import { showLeaderboard } from './show-leaderboard.ts';

export const leaderboard: Command = {
  definition: defineCommand('leaderboard', { en: 'See the leaderboard', de: 'Die Rangliste ansehen' }, [
    boardOption,
    defineCountOption('page', { en: 'Page number', de: 'Seitenzahl' }, { min: 1, max: 100_000 }),
    {
      type: ApplicationCommandOptionType.Boolean,
      name: 'around_me',
      ...describeIn({
        en: 'Show the players just above and below you',
        de: 'Die Spieler direkt über und unter Ihnen',
      }),
    },
  ]),
  writes: false,
  complete: completeOptions,
  execute: ({ options, user, locale }, context) => {
    const page = readInteger(options, 'page') ?? 1;
    const from = readFlag(options, 'around_me') ? 'me' : (page - 1) * standingsPerPage + 1;
    const board = readText(options, 'board') ?? defaultBoard;
    return showLeaderboard({ user, locale }, { board, from }, context);
  },
};
