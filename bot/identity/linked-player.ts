import { findPlayerByDiscord } from '#store/identity/find-player-by-discord.ts';
import type { InteractionContext } from '../interactions/command.ts';

/** The player this Discord account is linked to at this moment, or null. */
export function findLinkedPlayer(interaction: { user: { id: string } }, context: InteractionContext) {
  return findPlayerByDiscord(context.store, { discord_user_id: interaction.user.id });
}
