import type { Command } from '../interactions/command.ts';
import { completeOptions } from '../interactions/complete-options.ts';
import { defineCommand, definePlayerOption } from '../interactions/definition.ts';
import { readText } from '../interactions/options.ts';
import { findSubject } from './find-subject.ts';
import { showProfile } from './show-profile.ts';

const playerWording = { en: 'Player (default: you)', de: 'Spieler (sonst: Sie selbst)' };

/** Rank, points, movement and credits of a player. */
export const profile: Command = {
  definition: defineCommand('profile', { en: 'See a player’s profile', de: 'Ein Profil ansehen' }, [
    definePlayerOption('player', playerWording),
  ]),
  writes: false,
  complete: completeOptions,
  execute: async (interaction, context) => {
    const subject = await findSubject(interaction, readText(interaction.options, 'player'), context);
    return subject.ok ? showProfile(interaction.locale, subject, context) : subject.reply;
  },
};
