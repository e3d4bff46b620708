import { getPlayerStats } from '#store/leaderboard/get-player-stats.ts';
import type { Command } from '../command.ts';
import { buildNotice } from '../messages/notice.ts';
import { buildStatsMessage } from '../messages/stats-message.ts';
import { completeOptions } from './complete-options.ts';
import { defineCommand, definePlayerOption } from './definition.ts';
import { findSubject } from './find-subject.ts';
import { readText } from './options.ts';

const playerWording = { en: 'Whose stats (default: mine)', de: 'Wessen Zahlen (sonst: meine)' };

/** Points per day and per kind of work. */
export const stats: Command = {
  definition: defineCommand(
    'stats',
    { en: 'See points per day and per kind of work', de: 'Punkte je Tag und Art' },
    [definePlayerOption('player', playerWording)],
  ),
  writes: false,
  complete: completeOptions,
  execute: async (interaction, context) => {
    const subject = await findSubject(interaction, readText(interaction.options, 'player'), context);
    if (!subject.ok) return subject.reply;
    const found = await getPlayerStats(subject.reader, { player_id: subject.player_id });
    if (!found) {
      const text = 'There is no such player, or the profile is private.';
      return { message: buildNotice('Nothing to show', text), outcome: 'refused' };
    }
    const view = { stats: found, webUrl: context.webUrl, locale: interaction.locale };
    return { message: buildStatsMessage(view), outcome: 'done' };
  },
};
