import type { Command } from '../interactions/command.ts';
import { defineCommand } from '../interactions/definition.ts';
import {
  accentColors,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildText,
} from './message.ts';

const lines = [
  ['/leaderboard', 'the rankings, page by page or around you'],
  ['/profile', 'a player’s ranks, points and change since yesterday'],
  ['/stats', 'points by day and by activity'],
  ['/compare', 'two players side by side: who leads, and by how much'],
  ['/request', 'request AI or Lead credits'],
  ['/why', 'why you have (or don’t have) your role'],
  ['/link · /unlink', 'connect or disconnect your Discord'],
] as const;

export const help: Command = {
  definition: defineCommand('help', { en: 'What you can do here', de: 'Was man hier tun kann' }),
  writes: false,
  execute: (_interaction, context) => {
    const list = lines.map(([name, text]) => `**${name}** · ${text}`).join('\n');
    const text = `### What you can do\n${list}\n-# Only you see the answers, until you press Share.`;
    const row = buildRow(
      buildLinkButton('Live board', context.webUrl),
      buildLinkButton('My profile', `${context.webUrl}/profile`),
    );
    const message = buildMessage(buildContainer(accentColors.brand, [buildText(text), row]));
    return Promise.resolve({ message, outcome: 'done' });
  },
};
