import { getPlayerStats } from '#store/leaderboard/get-player-stats.ts';
import type { Command } from '../command.ts';
import { buildNotice } from '../messages/notice.ts';
import { buildStatsMessage } from '../messages/stats-message.ts';
import { completeOptions } from './complete-options.ts';
import { defineCommand, definePlayerOption } from './definition.ts';
import { findSubject } from './find-subject.ts';
import { readText } from './options.ts';

const playerWording = { en: 'Player (default: you)', de: 'Spieler (sonst: Sie selbst)' };

/** Points per day and per kind of work. */
export const stats: Command = {
  definition: defineCommand(
    'stats',
    { en: 'See points by day and by activity', de: 'Punkte je Tag und Tätigkeit' },
    [definePlayerOption('player', playerWording)],
  ),
  writes: false,
  complete: completeOptions,
  execute: async (interaction, context) => {
    const subject = await findSubject(interaction, readText(interaction.options, 'player'), context);
    if (!subject.ok) return subject.reply;
    const found = await getPlayerStats(subject.reader, { player_id: subject.player_id });
    if (!found) {
      const text = 'This player doesn’t exist, or their profile is private.';
      return { message: buildNotice('Nothing to show', text), outcome: 'refused' };
    }
    const view = { stats: found, webUrl: context.webUrl, locale: interaction.locale };
    return { message: buildStatsMessage(view), outcome: 'done' };
  },
};
