import { expect, test } from 'vitest';
import { makeRequestLimits } from '#domain/credits/testing/make-request-limits.ts';
import { answerInteraction } from '../interactions/answer-interaction.ts';
import { createRig } from '../testing/interaction-rig.ts';
import { makeCommand } from '../testing/make-interaction.ts';
import { request } from './request.ts';

const interaction = makeCommand('request', { amount: 7 });

test.each([
  ['breaks', () => Response.json({ message: 'away' }, { status: 500 }), {}],
  ['takes too long', () => new Promise(() => {}), { isImpatient: true }],
])('the form opens without the limits if reading them %s', async (_how, lookUp, options) => {
  const { context } = createRig({ get_request_limits: lookUp }, options);
  const form = JSON.stringify(await request.open?.(interaction, context));
  expect(form).toContain('How many?');
  expect(form).not.toContain('left in');
});

test('if nothing is left, no form opens and the answer says what is used up', async () => {
  const used = { amount_left: 0, pending_count: 3 };
  const { context } = createRig({
    get_request_limits: () => [makeRequestLimits(used), makeRequestLimits({ ...used, credit_type: 'lead' })],
  });
  const { response } = await answerInteraction(interaction, context);
  expect(response.type).toBe(4);
  expect(JSON.stringify(response)).toContain('Nothing is left to request');
  expect(JSON.stringify(response)).toContain('3 of 3 wait');
});

test('if one type is used up, the form still opens for the other', async () => {
  const { context } = createRig({
    get_request_limits: () => [
      makeRequestLimits({ amount_left: 0 }),
      makeRequestLimits({ credit_type: 'lead' }),
    ],
  });
  expect((await answerInteraction(interaction, context)).response.type).toBe(9);
});
