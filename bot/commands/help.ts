import type { Command } from '../command.ts';
import {
  accentColors,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildText,
} from '../messages/message.ts';
import { defineCommand } from './definition.ts';

const lines = [
  ['/leaderboard', 'who leads, page by page, or around you'],
  ['/profile', 'rank, points, credits and role of a player'],
  ['/stats', 'points per day and per kind of work'],
  ['/compare', 'two players side by side: who leads where, by how much'],
  ['/request', 'ask for AI or Lead credits'],
  ['/why', "why you have (or don't have) your role"],
  ['/link · /unlink', 'connect this account to your player'],
] as const;

export const help: Command = {
  definition: defineCommand('help', { en: 'What you can do here', de: 'Was man hier tun kann' }),
  writes: false,
  execute: (_interaction, context) => {
    const list = lines.map(([name, text]) => `**${name}** · ${text}`).join('\n');
    const text = `### What you can do\n${list}\n-# Answers are only for you, until you press Share.`;
    const row = buildRow(
      buildLinkButton('Live board', context.webUrl),
      buildLinkButton('My profile', `${context.webUrl}/profile`),
    );
    const message = buildMessage(buildContainer(accentColors.brand, [buildText(text), row]));
    return Promise.resolve({ message, outcome: 'done' });
  },
};
