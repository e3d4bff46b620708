import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from 'discord-api-types/v10';
import type { Command } from '../interactions/command.ts';
import { buildNotice } from '../platform/notice.ts';
import { findLinkedPlayer } from './linked-player.ts';
import { showProfile } from './show-profile.ts';

/** The profile of the user who was clicked. */
export const viewProfile: Command = {
  definition: {
    type: ApplicationCommandType.User,
    name: 'View profile',
    name_localizations: { 'en-US': 'View profile', de: 'Profil ansehen' },
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },
  writes: false,
  execute: async ({ user, target_id, locale }, context) => {
    const player = target_id ? await findLinkedPlayer({ user: { id: target_id } }, context) : null;
    if (!player) {
      const text = 'They haven’t linked their Discord to a player yet, so there’s no profile to show.';
      return { message: buildNotice('Not linked', text), outcome: 'refused' };
    }
    const reader = target_id === user.id ? context.store : context.publicStore;
    return showProfile(locale, { ok: true, player_id: player.player_id, reader }, context);
  },
};
