import { ButtonStyle } from 'discord-api-types/v10';
import type { Command } from '../interactions/command.ts';
import { actions, encodeCustomId } from '../interactions/custom-id.ts';
import { defineCommand } from '../interactions/definition.ts';
import {
  accentColors,
  buildButton,
  buildContainer,
  buildMessage,
  buildRow,
  buildText,
} from '../platform/message.ts';
import { buildNotice } from '../platform/notice.ts';
import { showName } from '../platform/shown-text.ts';
import { findLinkedPlayer } from './linked-player.ts';

/** Asks for confirmation first, because the role goes away with the link. */
export const unlink: Command = {
  definition: defineCommand('unlink', { en: 'Unlink your Discord account', de: 'Discord-Verknüpfung lösen' }),
  writes: false,
  execute: async (interaction, context) => {
    const player = await findLinkedPlayer(interaction, context);
    if (!player) {
      const text = 'Your Discord isn’t linked. Use `/link` to connect it.';
      return { message: buildNotice('Not linked', text), outcome: 'refused' };
    }
    const name = showName(player.display_name);
    const text = `### Unlink ${name}?\nYou’ll lose your rank’s role here. Your points, credits and history stay.`;
    const button = buildButton('Unlink', encodeCustomId(actions.unlink, { player_id: player.player_id }), {
      style: ButtonStyle.Danger,
    });
    const container = buildContainer(accentColors.danger, [buildText(text), buildRow(button)]);
    return { message: buildMessage(container), outcome: 'done' };
  },
};
