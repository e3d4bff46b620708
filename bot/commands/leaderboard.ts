import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import type { Command } from '../command.ts';
import { standingsPerPage } from '../messages/leaderboard-message.ts';
import { completeOptions } from './complete-options.ts';
import { boardOption, defineCommand, defineCountOption, describeIn } from './definition.ts';
import { readFlag, readInteger, readText } from './options.ts';
import { defaultBoard, showLeaderboard } from './show-leaderboard.ts';

export const leaderboard: Command = {
  definition: defineCommand('leaderboard', { en: 'See who leads', de: 'Sehen, wer führt' }, [
    boardOption,
    defineCountOption('page', { en: 'Which page', de: 'Welche Seite' }, { min: 1, max: 100_000 }),
    {
      type: ApplicationCommandOptionType.Boolean,
      name: 'around_me',
      ...describeIn({
        en: 'The players right above and below me',
        de: 'Die Spieler gleich über und unter mir',
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
