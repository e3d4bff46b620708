import { expect, test } from 'vitest';
import type { CommandInteraction } from '../interactions/interaction.ts';
import { createRig } from '../testing/interaction-rig.ts';
import { request } from './request.ts';

const interaction: CommandInteraction = {
  id: '111111111111111111',
  token: 'token',
  guild_id: null,
  user: { id: '222222222222222222', username: 'pia' },
  locale: 'en-US',
  kind: 'command',
  name: 'request',
  options: { amount: 7 },
  target_id: null,
};

test.each([
  ['breaks', () => Response.json({ message: 'away' }, { status: 500 }), {}],
  ['takes too long', () => new Promise(() => {}), { isImpatient: true }],
])('the form opens without the limits if reading them %s', async (_how, lookUp, options) => {
  const { context } = createRig({ credit_policies: lookUp }, options);
  const form = JSON.stringify(await request.open?.(interaction, context));
  expect(form).toContain('How many?');
  expect(form).not.toContain('at a time');
});
