import { comparePlayers } from '#store/leaderboard/compare-players.ts';
import type { Command } from '../command.ts';
import { buildComparisonMessage } from '../messages/comparison-message.ts';
import { buildRefusal } from '../messages/notice.ts';
import { completeOptions } from './complete-options.ts';
import { boardOption, defineCommand, definePlayerOption } from './definition.ts';
import { findSubject } from './find-subject.ts';
import { readText } from './options.ts';
import { defaultBoard } from './show-leaderboard.ts';

const wordings = {
  command: { en: 'Compare two players', de: 'Zwei Spieler vergleichen' },
  player: { en: 'First player', de: 'Erster Spieler' },
  with: { en: 'Second player (default: you)', de: 'Zweiter Spieler (sonst: Sie selbst)' },
};

/** Who leads where, by how much and since when. Both have to show who they are. */
export const compare: Command = {
  definition: defineCommand('compare', wordings.command, [
    definePlayerOption('player', wordings.player, true),
    definePlayerOption('with', wordings.with),
    boardOption,
  ]),
  writes: false,
  complete: completeOptions,
  execute: async (interaction, context) => {
    const first = await findSubject(interaction, readText(interaction.options, 'player') ?? '', context);
    if (!first.ok) return first.reply;
    const second = await findSubject(interaction, readText(interaction.options, 'with'), context);
    if (!second.ok) return second.reply;
    const compared = await comparePlayers(context.publicStore, {
      board: readText(interaction.options, 'board') ?? defaultBoard,
      player_ids: [first.player_id, second.player_id],
    });
    if (!compared.ok) return buildRefusal(compared.refusal, interaction.id);
    const view = { webUrl: context.webUrl, locale: interaction.locale };
    return { message: buildComparisonMessage(compared.value, view), outcome: 'done' };
  },
};
