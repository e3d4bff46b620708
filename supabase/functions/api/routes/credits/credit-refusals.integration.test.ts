// Credits over REST: what is refused before anything moves.
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changePolicy } from '../../../../tests/credits/credit-stage.ts';
import { createPlayers } from '../../../../tests/leaderboard/arena.ts';
import { useRealApi } from '../../../../tests/real-api.ts';
import { expectProblem } from '../../testing/api-rig.ts';

const real = useRealApi();
let key: Record<string, string>;
let reader: Record<string, string>;
let player: string;
beforeAll(async () => {
  key = await real().makeKey('credits:write');
  reader = await real().makeKey('credits:read');
});
beforeEach(async () => {
  [player = ''] = await createPlayers(real().supabase.database.sql, 1);
});

const send = (path: string, body: unknown, headers = key) =>
  real().send('POST', path, body, { ...headers, 'idempotency-key': randomUUID() });
const move = (how: string, change: object = {}) =>
  send(`/credits/${player}/${how}`, { credit_type: 'ai', amount: 100, reason: 'An order', ...change });
const getBalances = async () =>
  (await (await real().get(`/credits/${player}`, reader)).json()).balances.ai as object;

describe('unusual requests are problems', () => {
  const hostile: [string, object][] = [
    ...[-1, 0, 1.5, '5', null, 2 ** 53, 1_000_000_001].map((amount): [string, object] => [
      'amount',
      { amount },
    ]),
    ...['', '   ', 'x'.repeat(501), 'a\u0000b', 'a\u0007b', '\u202eabc', null, 5].map(
      (reason): [string, object] => ['reason', { reason }],
    ),
    ['credit_type', { credit_type: 'gold' }],
  ];
  test.each(hostile)('%s: %j', async (field, change) => {
    for (const how of ['grants', 'spends', 'holds']) {
      const problem = await expectProblem(await move(how, change), 422, 'input_invalid');
      expect(problem.errors).toContainEqual(expect.objectContaining({ path: field }));
    }
    expect(await getBalances()).toEqual({ available: 0, held: 0 });
  });

  test('the largest amount is kept exactly, and nobody has more than the numbers hold', async () => {
    await changePolicy(real().supabase.database, { second_approval_above: null });
    expect((await move('grants', { amount: 1_000_000_000 })).status).toBe(201);
    expect(await getBalances()).toEqual({ available: 1_000_000_000, held: 0 });
    expect((await move('spends', { amount: 1_000_000_000 })).status).toBe(201);
    expect(await getBalances()).toEqual({ available: 0, held: 0 });
  });

  test('players that are not there, and bodies that are none', async () => {
    const body = { credit_type: 'ai', amount: 1, reason: 'An order' };
    const nobody = await send(`/credits/${randomUUID()}/spends`, body);
    await expectProblem(nobody, 404, 'player_not_found');
    await expectProblem(await send('/credits/nobody/spends', body), 422, 'input_invalid');
    await expectProblem(await send(`/credits/${player}/spends`, '{'), 400, 'body_malformed');
  });
});

test('reading and writing take a scope each', async () => {
  await expectProblem(await real().get(`/credits/${player}`), 401, 'api_key_missing');
  await expectProblem(await real().get(`/credits/${player}`, key), 403, 'scope_missing');
  await expectProblem(await real().get(`/credits/${player}/ledger`, key), 403, 'scope_missing');
  const id = randomUUID();
  const body = { credit_type: 'ai', amount: 1, reason: 'An order' };
  for (const path of [
    ...['grants', 'spends', 'holds'].map((how) => `/credits/${player}/${how}`),
    `/holds/${id}/post`,
    `/holds/${id}/void`,
    `/transfers/${id}/reversal`,
  ]) {
    await expectProblem(await send(path, body, reader), 403, 'scope_missing');
    await expectProblem(await send(path, body, {}), 401, 'api_key_missing');
  }
});
