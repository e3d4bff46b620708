// Rewards: who gets what at the end of a period, once.
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { sendEvents } from '../../leaderboard/arena.ts';
import { createPlayer, type Player, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';

let database: TestDatabase;
let ada: Player;
let ann: Player;
let max: Player;
let players: Player[];
beforeEach(async () => {
  database = await createTestDatabase();
  ada = await createPlayer(database, 'ada', 'admin');
  ann = await createPlayer(database, 'ann', 'admin');
  max = await createPlayer(database, 'max', 'manager');
  players = [];
  for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) players.push(await createPlayer(database, name));
  const { sql } = database;
  await sql`insert into public.boards (slug, name, kind, close_grace) values ('cup', 'Cup', 'season', '0')`;
  await sql`
    insert into leaderboard.board_periods (board_id, name, starts_at, ends_at)
    select id, 'Spring', now() - interval '10 days', now() + interval '1 hour' from public.boards where slug = 'cup'`;
  const events = players.map(({ player_id }, index) => ({
    external_id: `e${index}`,
    player_id,
    metric: 'call_booked',
    units: 10 - index,
    occurred_at: new Date(Date.now() - 3_600_000),
  }));
  await sendEvents(sql, events, 'test', true);
  await sql`call leaderboard.refresh_due_boards()`;
});
afterEach(() => database.drop());

const prizes = [
  { place_from: 1, place_to: 3, credit_type: 'ai', amount: 100 },
  { tier: 'champion', credit_type: 'ai', amount: 50, valid_days: 30 },
  { tier: 'top_10', credit_type: 'lead', amount: 20 },
];
const setRule = (by: Player, list: object[] = prizes, begins = 'current', board = 'cup') =>
  runAs(database, by, async (sql) => {
    const [row] = await sql`
      select public.set_reward_rule(${board}, ${JSON.stringify(list)}::text::jsonb, ${begins}) as rule`;
    return row?.rule;
  });
const confirm = (by: Player, id: number) =>
  runAs(database, by, (sql) => sql`select public.confirm_reward_rule(${id})`);
async function closePeriod(): Promise<void> {
  const { sql } = database;
  await sql`update leaderboard.board_periods set ends_at = now() where name = 'Spring' and state = 'open'`;
  await sql`call leaderboard.close_due_periods()`;
}
async function pay(sql: postgres.Sql = database.sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select credits.pay_due_rewards() as count`;
  return row?.count ?? -1;
}
async function listPayouts(): Promise<string[]> {
  const [row] = await runAs(database, max, (sql) => sql`select public.list_reward_payouts('cup') as page`);
  return row?.page.rows.map(
    (payout: Record<string, unknown>) =>
      `${payout.position} ${payout.username} ${payout.amount} ${payout.credit_type} ${payout.outcome}`,
  );
}
const paid = [
  '1 p1 150 ai paid',
  '2 p2 100 ai paid',
  '3 p3 100 ai paid',
  '4 p4 20 lead paid',
  '5 p5 20 lead paid',
];

test('a period is paid once it is closed, and never again', async () => {
  await setRule(ada);
  expect(await pay()).toBe(0);
  await closePeriod();
  expect([await pay(), await pay()]).toEqual([1, 0]);
  expect(await listPayouts()).toEqual(paid);
  const [again] = await database.sql`
    select credits.pay_period_rewards(id) ->> 'status' as status from leaderboard.board_periods where name = 'Spring'`;
  expect(again?.status).toBe('paid_before');
  const transfers = await database.sql`
    select reason, actor_id, source from public.credit_transfers where amount = 150`;
  expect([...transfers]).toEqual([
    { reason: 'Reward for place 1: Cup, Spring', actor_id: null, source: 'system' },
  ]);
  const [lots] = await database.sql`
    select count(*)::int as lots, count(expires_at)::int as expiring from public.credit_lots`;
  expect(lots).toEqual({ lots: 5, expiring: 1 });
  const [books] = await database.sql`select credits.check_books() ->> 'problem_count' as problems`;
  expect(books?.problems).toBe('0');
});

test('a payment that does not commit is made again, and many payers pay once', async () => {
  await setRule(ada);
  await closePeriod();
  await expect(
    database.sql.begin(async (sql) => {
      await sql`select credits.pay_due_rewards()`;
      throw new Error('killed');
    }),
  ).rejects.toThrow('killed');
  expect(await listPayouts()).toEqual([]);
  const payers = [1, 2, 3, 4].map(() => postgres(database.url, { max: 1, onnotice: () => {} }));
  const counts = await Promise.all(payers.map((sql) => pay(sql)));
  await Promise.all(payers.map((sql) => sql.end({ timeout: 1 })));
  expect(counts.sort()).toEqual([0, 0, 0, 1]);
  expect(await listPayouts()).toEqual(paid);
});

test('a player who left gets nothing, nobody moves up, and hidden players have no place', async () => {
  await setRule(ada);
  await database.sql`update public.profiles set visibility = 'hidden' where username = 'p1'`;
  await database.sql`call leaderboard.refresh_due_boards()`;
  await closePeriod();
  await database.sql`update public.profiles set left_at = now() where username = 'p3'`;
  await pay();
  expect(await listPayouts()).toEqual([
    '1 p2 150 ai paid',
    '2 p3 100 ai left',
    '3 p4 100 ai paid',
    '4 p5 20 lead paid',
  ]);
});

test('the preview shows what the current period would pay', async () => {
  await setRule(ada);
  const [row] = await runAs(database, max, (sql) => sql`select public.preview_rewards('cup') as winners`);
  expect(
    row?.winners.map(
      (winner: Record<string, unknown>) => `${winner.position} ${winner.username} ${winner.amount}`,
    ),
  ).toEqual(['1 p1 150', '2 p2 100', '3 p3 100', '4 p4 20', '5 p5 20']);
  const asPlayer = runAs(database, players[0] ?? ada, (sql) => sql`select public.preview_rewards('cup')`);
  expect(await readRefusal(asPlayer)).toBe('manager_only');
});

describe('a version of a rule', () => {
  test('applies from its period on, and the last one for a period counts', async () => {
    await setRule(ada);
    await setRule(ada, [{ place_from: 1, credit_type: 'ai', amount: 7 }]);
    await setRule(ada, [{ place_from: 1, credit_type: 'ai', amount: 9 }], 'next');
    await closePeriod();
    await pay();
    expect(await listPayouts()).toEqual(['1 p1 7 ai paid']);
  });

  test('without prizes ends the rewards', async () => {
    await setRule(ada);
    await setRule(ada, []);
    await closePeriod();
    await pay();
    expect(await listPayouts()).toEqual([]);
  });

  test('is not written for a result that is known', async () => {
    await closePeriod();
    expect(await readRefusal(setRule(ada))).toBe('reward_too_late');
    await setRule(ada, prizes, 'next');
    expect(await pay()).toBe(0);
  });

  test('with a prize above the amount of the policy waits for somebody else', async () => {
    const rule = await setRule(ada, [{ place_from: 1, credit_type: 'ai', amount: 501 }]);
    expect(rule).toMatchObject({ version: 1, confirmed_at: null });
    expect(await readRefusal(confirm(ada, rule.id))).toBe('own_reward_rule');
    expect(await readRefusal(confirm(players[0] ?? ada, rule.id))).toBe('manager_only');
    await confirm(ann, rule.id);
    expect(await readRefusal(confirm(max, rule.id))).toBe('reward_rule_confirmed');
    await closePeriod();
    await pay();
    expect(await listPayouts()).toEqual(['1 p1 501 ai paid']);
  });

  test('that nobody confirmed in time pays nothing', async () => {
    const rule = await setRule(ada, [{ place_from: 1, credit_type: 'ai', amount: 501 }]);
    await closePeriod();
    expect(await readRefusal(confirm(ann, rule.id))).toBe('reward_too_late');
    expect(await pay()).toBe(0);
  });

  test.each([
    [[{ place_from: 0, credit_type: 'ai', amount: 1 }], 'prize_invalid'],
    [[{ place_from: 3, place_to: 2, credit_type: 'ai', amount: 1 }], 'prize_invalid'],
    [[{ place_from: 1, place_to: 1_001, credit_type: 'ai', amount: 1 }], 'prize_invalid'],
    [[{ place_from: 1, credit_type: 'ai', amount: 0 }], 'prize_invalid'],
    [[{ place_from: 1, credit_type: 'ai', amount: 1.5 }], 'prize_invalid'],
    [[{ place_from: 1, credit_type: 'gold', amount: 1 }], 'prize_invalid'],
    [[{ tier: 'wood', credit_type: 'ai', amount: 1 }], 'prize_invalid'],
    [[{ place_from: 1, credit_type: 'ai', amount: 2 ** 53 }], 'prize_invalid'],
    [Array.from({ length: 21 }, () => prizes[0] ?? {}), 'prize_invalid'],
  ])('is refused: case %#', async (list, code) => {
    expect(await readRefusal(setRule(ada, list))).toBe(code);
  });

  test('is for boards that end, and written by admins', async () => {
    expect(await readRefusal(setRule(max))).toBe('admin_only');
    expect(await readRefusal(setRule(ada, prizes, 'current', 'all-time'))).toBe('reward_without_end');
    expect(await readRefusal(setRule(ada, prizes, 'current', 'nope'))).toBe('board_not_found');
    const [row] = await runAs(database, max, (sql) => sql`select public.list_reward_rules() as rules`);
    expect(row?.rules.map(({ board }: { board: string }) => board)).toContain('cup');
  });
});
