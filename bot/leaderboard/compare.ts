import { defaultBoard } from '#domain/leaderboard/default-board.ts';
import { comparePlayers } from '#store/leaderboard/reads/compare-players.ts';
import { findSubject } from '../identity/find-subject.ts';
import type { Command } from '../interactions/command.ts';
import { completeOptions } from '../interactions/complete-options.ts';
import { boardOption, defineCommand, definePlayerOption } from '../interactions/definition.ts';
import { readText } from '../interactions/options.ts';
import { buildRefusal } from '../platform/notice.ts';
import { buildComparisonMessage } from './comparison-message.ts';

const wordings = {
  command: { en: 'Compare two players', de: 'Zwei Spieler vergleichen' },
  player: { en: 'First player', de: 'Erster Spieler' },
  with: { en: 'Second player (default: you)', de: 'Zweiter Spieler (sonst: Sie selbst)' },
};

/** Who leads where, by how much and since when. Both players must show their identity. */
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
