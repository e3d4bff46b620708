import { getOwnProfile } from '#store/identity/get-own-profile.ts';
import { findLinkedPlayer } from '../identity/linked-player.ts';
import type { Command } from '../interactions/command.ts';
import { defineCommand } from '../interactions/definition.ts';
import { buildLinkInvitation } from '../platform/notice.ts';
import { buildRoleMessage } from './role-message.ts';

/** Explains why the player has the role, or what blocks it and who can fix that. */
export const why: Command = {
  definition: defineCommand('why', {
    en: 'See why you have, or don’t have, your role',
    de: 'Warum Sie Ihre Rolle haben oder nicht haben',
  }),
  writes: false,
  execute: async (interaction, context) => {
    const player = await findLinkedPlayer(interaction, context);
    const profile = player && (await getOwnProfile(context.store, { acting_player_id: player.player_id }));
    if (!profile) return buildLinkInvitation(context.webUrl);
    return { message: buildRoleMessage(profile, interaction.guild_id), outcome: 'done' };
  },
};
