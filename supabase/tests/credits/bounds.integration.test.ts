// The exact limits of requests, which requests are duplicates, and where their pages end.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { rehearse } from '../rehearse.ts';
import { changePolicy, decideRequest, requestCredits } from './credit-stage.ts';

let database: TestDatabase;
let max: Player;
/** A new player in each test. */
let pia: Player;
beforeAll(async () => {
  database = await createTestDatabase();
  max = await createPlayer(database, 'max', 'manager');
  await changePolicy(database, { second_approval_above: null });
  await database.sql`update platform.attempt_limits set limit_count = 100000`;
});
beforeEach(async () => {
  pia = await createPlayer(database, `pia${randomUUID().slice(0, 8)}`);
});
afterAll(() => database.drop());

async function call<Result>(
  statement: string,
  args: (string | number | Date | null)[] = [],
): Promise<Result> {
  const [row] = await database.sql.unsafe<{ answer: Result }[]>(`select ${statement} as answer`, args);
  if (!row) throw new Error('No answer came.');
  return row.answer;
}
test.each([
  [1_000, null],
  [1_001, 'comment_too_long'],
])('a comment of %i characters is accepted or refused', async (length, refusal) => {
  const { id } = await requestCredits(database, pia, 1);
  const decided = decideRequest(database, max, id, { comment: 'x'.repeat(length) });
  expect(await readRefusal(decided)).toBe(refusal);
});

test('credits paid for a request expire after the days the policy sets', async () => {
  await changePolicy(database, { grant_valid_days: 30 });
  await decideRequest(database, max, (await requestCredits(database, pia, 1)).id);
  await changePolicy(database, { grant_valid_days: null });
  const lots = await database.sql<{ days: number }[]>`
    select extract(day from expires_at - now())::int as days from public.credit_lots
    where player_id = ${pia.player_id}`;
  expect(lots).toEqual([{ days: 29 }]);
});

const ask = (amount: number | null, type = 'ai') =>
  call('to_jsonb(credits.check_request_allowed($1, $2, $3))', [pia.player_id, type, amount]);

test('requests are limited exactly by the policy', async () => {
  expect(await readRefusal(ask(null))).toBe('amount_invalid');
  expect(await readRefusal(ask(0))).toBe('amount_invalid');
  expect(await readRefusal(ask(1, 'gold'))).toBe('credit_type_unknown');
  await expect(ask(1_001)).rejects.toThrow('You can request up to 1,000 credits at a time.');
  for (const amount of [1_000, 1_000]) {
    await decideRequest(database, max, (await requestCredits(database, pia, amount)).id);
  }
  expect(await readRefusal(ask(1_000))).toBeNull();
  await requestCredits(database, pia, 1);
  await expect(ask(1_000)).rejects.toThrow('You can request 3,000 credits in 30 days; 999 are left.');
  expect(await readRefusal(ask(999))).toBeNull();
  expect(await readRefusal(ask(500, 'lead'))).toBeNull();
  await database.sql`
    update public.credit_requests set created_at = now() - interval '31 days' where player_id = ${pia.player_id}`;
  await expect(ask(1_000)).resolves.toMatchObject({ credit_type: 'ai' });
});

test('the first request may use up a period, which ends to the microsecond', async () => {
  const { id } = await requestCredits(database, pia, 1_000);
  await decideRequest(database, max, id);
  await rehearse(database, async (sql) => {
    await changePolicy({ sql }, { period_amount_max: 1_000 }, { credit_type: 'ai' });
    const askAll = () =>
      sql.savepoint((inner) => inner`select credits.check_request_allowed(${pia.player_id}, 'ai', 1000)`);
    const move = (days: string) => sql`
      update public.credit_requests set created_at = now() - interval '30 days' + ${days}::interval where id = ${id}`;
    await move('0');
    expect(await askAll()).toHaveLength(1);
    await move('1 microsecond');
    expect(await readRefusal(askAll())).toBe('period_limit_reached');
  });
});

test('a refusal for too many open requests states how many there are', async () => {
  const limit = (count: number) => changePolicy(database, { pending_count_max: count });
  await requestCredits(database, pia, 1);
  await limit(1);
  await expect(ask(1)).rejects.toThrow('You already have 1 open request.');
  await limit(2);
  await requestCredits(database, pia, 1);
  await expect(ask(1)).rejects.toThrow('You already have 2 open requests.');
  await limit(3);
});

test('a duplicate has the same player, type, amount and reason and is pending or was just approved', async () => {
  const { id } = await requestCredits(database, pia, 7, 'wish');
  const find = (player = pia, type = 'ai', amount = 7, reason = 'For a campaign (wish)') =>
    call<string | null>('(credits.find_same_request($1, $2, $3, $4)).id', [
      player.player_id,
      type,
      amount,
      reason,
    ]);
  const others = [
    find(max),
    find(pia, 'lead'),
    find(pia, 'ai', 8),
    find(pia, 'ai', 7, 'For another campaign'),
  ];
  expect(await Promise.all(others)).toEqual([null, null, null, null]);
  expect(await find()).toBe(id);
  const set = (values: string) =>
    database.sql.unsafe(`update public.credit_requests set ${values} where id = '${id}'`);
  await set("created_at = now() - interval '1 hour'");
  expect(await find()).toBe(id);
  await decideRequest(database, max, id);
  expect(await find()).toBeNull();
  await set('created_at = now()');
  expect(await find()).toBe(id);
});

test('a page of requests is newest first, of one state and one player, and ends where the next begins', async () => {
  await database.sql`
    insert into public.credit_requests (player_id, credit_type, amount, reason, source, created_at, expires_at, remind_at)
    select ${pia.player_id}, 'ai', n, 'For a page', 'web', now() + make_interval(secs => (n * 7) % 211), now(), now()
    from generate_series(1, 210) as n`;
  interface Page {
    requests: { amount: number; state: string }[];
    next_cursor: string | null;
  }
  const list = (
    max_rows: number | null,
    before: string | null = null,
    state: string | null = null,
    player_id: string | null = pia.player_id,
  ) => call<Page>('public.list_credit_requests($1, $2, $3, $4)', [state, max_rows, before, player_id]);
  const expected = (
    await database.sql<{ amount: number }[]>`
    select amount from public.credit_requests where player_id = ${pia.player_id} order by created_at desc`
  ).map(({ amount }) => amount);
  const sizes = [
    [null, 50],
    [0, 1],
    [1, 1],
    [209, 200],
    [500, 200],
  ] as const;
  for (const [asked, given] of sizes) {
    const first = await list(asked);
    expect(first.requests.map(({ amount }) => amount)).toEqual(expected.slice(0, given));
    const second = await list(asked, first.next_cursor);
    expect(second.requests.map(({ amount }) => amount)).toEqual(expected.slice(given, 2 * given));
  }
  const rest = await list(10, (await list(200)).next_cursor);
  expect([rest.requests.length, rest.next_cursor]).toEqual([10, null]);
  expect((await list(5, null, 'approved')).requests).toEqual([]);
  expect((await list(5, null, 'pending')).requests).toHaveLength(5);
  const all = await list(200, null, 'approved', null);
  expect(new Set(all.requests.map(({ state }) => state))).toEqual(new Set(['approved']));
});

test('requests made at the same moment each appear on exactly one page', async () => {
  await database.sql`
    insert into public.credit_requests (player_id, credit_type, amount, reason, source, created_at, expires_at, remind_at)
    select ${pia.player_id}, 'ai', n, 'For a page', 'web', '2026-11-22 12:00Z', now(), now()
    from generate_series(1, 6) as n`;
  interface Page {
    requests: { amount: number }[];
    next_cursor: string | null;
  }
  const seen: number[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await call('public.list_credit_requests(null, 2, $1, $2)', [cursor, pia.player_id]);
    seen.push(...page.requests.map(({ amount }) => amount));
    cursor = page.next_cursor;
  } while (cursor !== null && seen.length < 20);
  expect(seen.sort()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a request is read by its id', async () => {
  const [first, second] = [await requestCredits(database, pia, 1), await requestCredits(database, pia, 2)];
  for (const { id } of [first, second]) {
    expect(await call('public.get_credit_request($1)', [id])).toMatchObject({ id });
  }
  expect(await call('public.get_credit_request($1)', [randomUUID()])).toBeNull();
});
