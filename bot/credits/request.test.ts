import { expect, test } from 'vitest';
import { createRig } from '../testing/interaction-rig.ts';
import { makeCommand } from '../testing/make-interaction.ts';
import { request } from './request.ts';

const interaction = makeCommand('request', { amount: 7 });

test.each([
  ['breaks', () => Response.json({ message: 'away' }, { status: 500 }), {}],
  ['takes too long', () => new Promise(() => {}), { isImpatient: true }],
])('the form opens without the limits if reading them %s', async (_how, lookUp, options) => {
  const { context } = createRig({ list_credit_policies: lookUp }, options);
  const form = JSON.stringify(await request.open?.(interaction, context));
  expect(form).toContain('How many?');
  expect(form).not.toContain('at a time');
});
