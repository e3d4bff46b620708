import { expect, test } from 'vitest';
import { makeCreditRequest } from '#domain/credits/testing/make-credit-request.ts';
import { answerInteraction } from '../interactions/answer-interaction.ts';
import { createRig, player } from '../testing/interaction-rig.ts';
import { makeQueue } from '../testing/interaction-samples.ts';
import { makeAutocomplete, makeCommand } from '../testing/make-interaction.ts';
import { readAnswer } from '../testing/measure-message.ts';

const idOf = (digit: number) => `c0000000-0000-4000-8000-00000000000${digit}`;
const waiting = [
  makeCreditRequest({ id: idOf(1), amount: 125, username: 'quinn', display_name: 'Quinn Tanaka' }),
  makeCreditRequest({ id: idOf(2), amount: 40, username: 'rob', display_name: 'Rob' }),
  makeCreditRequest({ id: idOf(3), amount: 1_250, username: 'pia', display_name: 'Pia Romero' }),
];

function rig(role = 'manager') {
  const asked: unknown[] = [];
  const refused = { code: 'DS409', message: 'No.', details: 'request_already_decided', hint: '' };
  const made = createRig({
    find_player_by_discord: () => ({ ...player, role }),
    list_request_queue: () => makeQueue(waiting),
    decide_credit_request: (args) => {
      asked.push(args.request_id);
      return Response.json(refused, { status: 409 });
    },
  });
  return { ...made, asked };
}

async function suggest(text: string, role?: string): Promise<string[]> {
  const focused = { name: 'request', text };
  const typing = makeAutocomplete('admin requests approve', focused);
  const { response } = await answerInteraction(typing, rig(role).context);
  if (response.type !== 8) throw new Error('These are no suggestions.');
  return (response.data.choices ?? []).map(({ value }) => String(value).slice(-1));
}

test.each([
  ['', ['1', '2', '3']],
  ['pia', ['3']],
  ['tana', ['1']],
  ['125', ['1', '3']],
  ['1,250', ['3']],
  ['zoe', []],
])('"%s" suggests by requester and amount, oldest first', async (text, expected) => {
  expect(await suggest(text)).toEqual(expected);
});

test('players get no suggestions', async () => {
  expect(await suggest('', 'player')).toEqual([]);
});

test.each([
  [idOf(2), [idOf(2)]],
  ['Rob', [idOf(2)]],
  ['40', [idOf(2)]],
  ['125', []],
  ['zoe', []],
])('"%s" typed in full decides the one request that it names, or none', async (request, expected) => {
  const { context, asked } = rig();
  const { response } = await answerInteraction(makeCommand('admin requests reject', { request }), context);
  expect(asked).toEqual(expected);
  if (expected.length === 0) expect(readAnswer(response)).toContain('Request not found');
});
