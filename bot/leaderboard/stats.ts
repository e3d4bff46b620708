import { getPlayerStats } from '#store/leaderboard/reads/get-player-stats.ts';
import { findSubject } from '../identity/find-subject.ts';
import type { Command } from '../interactions/command.ts';
import { completeOptions } from '../interactions/complete-options.ts';
import { defineCommand, definePlayerOption } from '../interactions/definition.ts';
import { readText } from '../interactions/options.ts';
import { buildNotice } from '../platform/notice.ts';
import { buildStatsMessage } from './stats-message.ts';

const playerWording = { en: 'Player (default: you)', de: 'Spieler (sonst: Sie selbst)' };

/** Points per day and by type of work. */
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
