import type { Command } from '../interactions/command.ts';
import { defineCommand } from '../interactions/definition.ts';
import {
  accentColors,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildText,
} from '../platform/message.ts';
import { buildNotice } from '../platform/notice.ts';
import { showName } from '../platform/shown-text.ts';
import { findLinkedPlayer } from './linked-player.ts';

/** Links this Discord account to a player. The website does it, with Discord's consent screen. */
export const link: Command = {
  definition: defineCommand('link', { en: 'Link your Discord account', de: 'Discord-Konto verknüpfen' }),
  writes: false,
  execute: async (interaction, context) => {
    const player = await findLinkedPlayer(interaction, context);
    if (player) {
      const text = `You are **${showName(player.display_name)}**. Use \`/unlink\` to disconnect.`;
      return { message: buildNotice('Already linked', text, accentColors.success), outcome: 'done' };
    }
    const text =
      '### Link your account\nSign in on the website with Discord. Your rank and role follow within a minute.';
    const row = buildRow(buildLinkButton('Link my account', `${context.webUrl}/profile?link=discord`));
    return {
      message: buildMessage(buildContainer(accentColors.brand, [buildText(text), row])),
      outcome: 'done',
    };
  },
};
