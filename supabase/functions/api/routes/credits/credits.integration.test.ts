// Credits over REST: what each route does, once however often it is sent, and who may call it.
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPlayers } from '../../../../tests/leaderboard/arena.ts';
import { useRealApi } from '../../../../tests/real-api.ts';
import { expectProblem } from '../../testing/api-rig.ts';

const real = useRealApi();
let key: Record<string, string>;
let reader: Record<string, string>;
let player: string;
let admin: string;
beforeAll(async () => {
  key = await real().makeKey('credits:write');
  reader = await real().makeKey('credits:read');
  await real().supabase.database.sql`update platform.attempt_limits set limit_count = 100000`;
});
beforeEach(async () => {
  const { sql } = real().supabase.database;
  [player = '', admin = ''] = await createPlayers(sql, 2);
  await sql`update public.profiles set role = 'admin' where id = ${admin}`;
});

interface Movement {
  transfer: { id: string; amount: number; actor_id: string | null; source: string } | null;
  request: { id: string; kind: string; state: string } | null;
  balances: { ai: { available: number; held: number } };
  open_amount: number;
}
const send = (path: string, body: unknown, idempotencyKey: string = randomUUID(), headers = key) =>
  real().send('POST', path, body, { ...headers, 'idempotency-key': idempotencyKey });
const move = (how: string, change: object = {}, idempotencyKey?: string) =>
  send(
    `/credits/${player}/${how}`,
    { credit_type: 'ai', amount: 100, reason: 'An order', ...change },
    idempotencyKey,
  );
async function read(answer: Promise<Response>, status = 201): Promise<Movement> {
  const response = await answer;
  const body: Movement = await response.json();
  expect({ status: response.status, body }).toMatchObject({ status });
  return body;
}
const holdOf = async (amount: number) => (await read(move('holds', { amount }))).transfer?.id ?? '';
const getBalances = async () =>
  (await (await real().get(`/credits/${player}`, reader)).json()).balances.ai as object;

test('hold, do the work, post a part, void the rest', async () => {
  await read(move('grants'));
  const hold = await holdOf(80);
  expect(await getBalances()).toEqual({ available: 20, held: 80 });
  const posted = await read(send(`/holds/${hold}/post`, { amount: 60 }));
  expect(posted).toMatchObject({
    transfer: { kind: 'capture', amount: 60, hold_id: hold, source: 'api:credits:write' },
    open_amount: 20,
  });
  const voided = await read(send(`/holds/${hold}/void`, undefined));
  expect(voided).toMatchObject({ transfer: { kind: 'release', amount: 20 }, open_amount: 0 });
  expect(await getBalances()).toEqual({ available: 40, held: 0 });
  await expectProblem(await send(`/holds/${hold}/post`, {}), 409, 'hold_ended');
  await expectProblem(await send(`/holds/${await holdOf(5)}/post`, { amount: 6 }), 409, 'hold_exceeded');
  await expectProblem(await send(`/holds/${randomUUID()}/void`, undefined), 404, 'hold_not_found');
});

test('each command takes effect once per Idempotency-Key, and a replay says so', async () => {
  await read(move('grants', {}, 'g'));
  const hold = await holdOf(10);
  const commands: Record<string, () => Promise<Response>> = {
    grant: () => move('grants', { amount: 7 }, 'grant'),
    spend: () => move('spends', { amount: 3 }, 'spend'),
    hold: () => move('holds', { amount: 5 }, 'hold'),
    post: () => send(`/holds/${hold}/post`, { amount: 4 }, 'post'),
    void: () => send(`/holds/${hold}/void`, undefined, 'void'),
  };
  for (const [name, command] of Object.entries(commands)) {
    const [first, ...others] = await Promise.all([command(), command(), command()]);
    const answers = [first, ...others, await command()];
    const bodies = await Promise.all(answers.map((answer) => answer?.json()));
    const replays = answers.filter((answer) => answer?.headers.get('idempotency-replayed') === 'true');
    expect({ name, statuses: answers.map((answer) => answer?.status), replays: replays.length }).toEqual({
      name,
      statuses: [201, 201, 201, 201],
      replays: 3,
    });
    expect(new Set(bodies.map((body) => body.transfer.id)).size).toBe(1);
  }
  // 100 + 7 - 3 - 10 (held first) + 6 (void) - 5 (held)
  expect(await getBalances()).toEqual({ available: 95, held: 5 });
});

test('a key is used for one request, and is needed', async () => {
  await read(move('grants', {}, 'reused'));
  await expectProblem(await move('grants', { amount: 2 }, 'reused'), 409, 'idempotency_key_reused');
  const keyless = await real().send(
    'POST',
    `/credits/${player}/spends`,
    { credit_type: 'ai', amount: 1, reason: 'x' },
    key,
  );
  const problem = await expectProblem(keyless, 422, 'input_invalid');
  expect(problem.errors).toEqual([
    { path: 'idempotency-key', message: 'The header Idempotency-Key is missing.' },
  ]);
});

test('of many spends at once, as many pass as there are credits for', async () => {
  await read(move('grants', { amount: 95 }));
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => move(index % 2 ? 'spends' : 'holds', { amount: 10 })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(9);
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    await expectProblem(answer, 409, 'credits_insufficient');
  }
  const { available } = (await getBalances()) as { available: number };
  expect(available).toBe(5);
});

test('a hold is ended once, whoever races', async () => {
  await read(move('grants'));
  const hold = await holdOf(100);
  const answers = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((n) =>
      n % 2 ? send(`/holds/${hold}/post`, { amount: 40 }) : send(`/holds/${hold}/void`, undefined),
    ),
  );
  const moved = await Promise.all(
    answers.filter(({ status }) => status === 201).map(async (answer) => (await answer.json()) as Movement),
  );
  expect(moved.reduce((sum, { transfer }) => sum + (transfer?.amount ?? 0), 0)).toBe(100);
  expect(await getBalances()).toMatchObject({ held: 0 });
});

describe('the amount of the policy', () => {
  test('bounds what all keys together grant a player within a day', async () => {
    const other = await real().makeKey('credits:write');
    await read(move('grants', { amount: 300 }));
    const body = { credit_type: 'ai', amount: 201, reason: 'A bonus' };
    const refused = await send(`/credits/${player}/grants`, body, randomUUID(), other);
    await expectProblem(refused, 403, 'second_approval_needed');
    await read(send(`/credits/${player}/grants`, { ...body, amount: 200 }, randomUUID(), other));
    await expectProblem(await move('grants', { amount: 1 }), 403, 'second_approval_needed');
    await read(move('grants', { amount: 1, credit_type: 'lead' }));
  });

  test('makes a grant for an admin a proposal, which a replay returns again', async () => {
    const ask = () => move('grants', { amount: 501, acting_player_id: admin }, `proposed-${player}`);
    const { sql } = real().supabase.database;
    const [second = ''] = await createPlayers(sql, 1);
    await sql`update public.profiles set role = 'manager' where id = ${second}`;
    const proposed = await read(ask(), 202);
    expect(proposed).toMatchObject({
      transfer: null,
      request: { kind: 'grant', state: 'pending', proposed_by: admin, source: 'api:credits:write' },
      balances: { ai: { available: 0 } },
    });
    expect(await read(ask(), 202)).toEqual(proposed);
    const paid = await read(move('grants', { amount: 500, acting_player_id: admin }));
    expect(paid.transfer).toMatchObject({ actor_id: admin, source: 'api:credits:write' });
    await expectProblem(await move('grants', { acting_player_id: player }), 403, 'admin_only');
  });

  test('bounds reversals too', async () => {
    const granted = await read(move('grants', { amount: 400 }));
    const reverse = (id: string | undefined, change: object = {}) =>
      send(`/transfers/${id}/reversal`, { reason: 'A mistake', ...change });
    expect(await read(reverse(granted.transfer?.id))).toMatchObject({
      transfer: { kind: 'reversal', reversal_of: granted.transfer?.id, actor_id: null },
      balances: { ai: { available: 0 } },
    });
    await expectProblem(await reverse(granted.transfer?.id), 409, 'already_reversed');
    await expectProblem(await reverse(randomUUID()), 404, 'transfer_not_found');
    const again = await read(move('grants', { amount: 101, acting_player_id: admin }));
    await expectProblem(await reverse(again.transfer?.id), 403, 'second_approval_needed');
  });
});

test('a grant by a key is audited as an act of the key', async () => {
  const granted = await read(move('grants'));
  expect(granted.transfer).toMatchObject({ actor_id: null, source: 'api:credits:write' });
  const rows = await real().supabase.database.sql`
    select actor_id, source, after ->> 'transfer_id' as id from public.audit_log
    where action = 'credits.grant' and subject_id = ${player}`;
  expect([...rows]).toEqual([{ actor_id: null, source: 'api:credits:write', id: granted.transfer?.id }]);
});

test('credits that expire are named, soonest first', async () => {
  await read(move('grants', { amount: 5, expires_at: '2999-01-02T00:00:00Z' }));
  await read(move('grants', { amount: 6, expires_at: '2999-01-01T00:00:00Z' }));
  await read(move('grants', { amount: 7, expires_at: '2999-01-02T00:00:00Z' }));
  await read(move('grants', { amount: 8 }));
  await read(move('spends', { amount: 2 }));
  expect(await (await real().get(`/credits/${player}`, reader)).json()).toEqual({
    player_id: player,
    balances: { ai: { available: 24, held: 0 }, lead: { available: 0, held: 0 } },
    expiring: [
      { credit_type: 'ai', amount: 4, expires_at: '2999-01-01T00:00:00+00:00' },
      { credit_type: 'ai', amount: 12, expires_at: '2999-01-02T00:00:00+00:00' },
    ],
  });
  await expectProblem(await move('grants', { expires_at: '2020-01-01T00:00:00Z' }), 400, 'expiry_invalid');
});

test('the ledger is read in pages, newest first', async () => {
  for (const amount of [1, 2, 3, 4, 5]) await read(move('grants', { amount }));
  await read(move('grants', { amount: 9, credit_type: 'lead' }));
  interface Page {
    entries: { amount: number; balance_before: number; balance_after: number }[];
    next_cursor: string | null;
  }
  const amounts: number[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = `credit_type=ai&limit=2${cursor && `&cursor=${cursor}`}`;
    const page: Page = await (await real().get(`/credits/${player}/ledger?${query}`, reader)).json();
    amounts.push(...page.entries.map(({ amount }) => amount));
    cursor = page.next_cursor;
  }
  expect(amounts).toEqual([5, 4, 3, 2, 1]);
  await expectProblem(await real().get(`/credits/${player}/ledger?cursor=x`, reader), 400, 'cursor_invalid');
  for (const path of ['', '/ledger']) {
    const answer = await real().get(`/credits/${randomUUID()}${path}`, reader);
    await expectProblem(answer, 404, 'player_not_found');
  }
});
