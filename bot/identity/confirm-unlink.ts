import { unlinkDiscord } from '#store/identity/unlink-discord.ts';
import { actions } from '../interactions/custom-id.ts';
import { defineExecution } from '../interactions/define-component.ts';
import { accentColors } from '../platform/message.ts';
import { buildNotice, buildRefusal } from '../platform/notice.ts';
import { findLinkedPlayer } from './linked-player.ts';

/** The red button of /unlink. Unlinks the person who presses it, whatever the button names. */
export const confirmUnlink = defineExecution(actions.unlink, {
  writes: true,
  delivery: 'update',
  execute: async (interaction, _read, context) => {
    const done = buildNotice(
      'Unlinked',
      'Your role here is removed within a minute. Use `/link` to connect again.',
      accentColors.success,
    );
    const player = await findLinkedPlayer(interaction, context);
    if (!player) return { message: done, outcome: 'done' };
    const args = { acting_player_id: player.player_id, source: 'discord' as const };
    const outcome = await unlinkDiscord(context.store, args);
    return outcome.ok ? { message: done, outcome: 'done' } : buildRefusal(outcome.refusal, interaction.id);
  },
});
