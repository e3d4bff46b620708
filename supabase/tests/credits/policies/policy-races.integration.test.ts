// Approvals, requests, bulk decisions and changes of the policy at the same time: nothing deadlocks or overdraws.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';
import { changePolicy, decideRequest, requestCredits } from '../credit-stage.ts';

let database: TestDatabase;
let players: Player[];
let max: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  players = await Promise.all(['a1', 'b2', 'c3', 'd4', 'e5'].map((name) => createPlayer(database, name)));
  max = await createPlayer(database, 'max', 'manager');
  ada = await createPlayer(database, 'ada', 'admin');
  await database.sql`update platform.attempt_limits set limit_count = 100000`;
});
afterEach(() => database.drop());

const budget = 300;
/** What any of them may be refused with; a deadlock is none of it. */
const expected = [
  null,
  'budget_empty',
  'policy_changed',
  'policy_unchanged',
  'request_already_decided',
  'period_limit_reached',
  'pending_limit_reached',
];

async function changeAgain(place: number): Promise<unknown> {
  return database.sql`
    select public.update_credit_policy('ai', ${database.sql.json({ auto_approval_max: 5 + place })}, (
      select max(version) from credits.policy_versions where credit_type = 'ai' and group_id is null))`;
}

test('whatever meets, every payment is within the budget, and everything ends', async () => {
  await changePolicy(
    database,
    { pending_count_max: 50, auto_approval_max: 5, budget_amount: budget, budget_period: 'quarter' },
    { credit_type: 'ai' },
  );
  const pick = (place: number): Player => players[place % players.length] ?? max;
  const waiting: string[] = [];
  for (let place = 0; place < 20; place += 1) {
    waiting.push((await requestCredits(database, pick(place), 20 + (place % 7))).id);
  }
  const bulk = async (ids: string[], by: Player) =>
    await database.sql`
    select public.bulk_decide_credit_requests(${ids}, 'approve', null, 'continue', ${randomUUID()},
      acting_player_id => ${by.player_id})`;
  const work: Promise<unknown>[] = [
    bulk(waiting.slice(0, 12), max),
    bulk(waiting.slice(6, 18).toReversed(), ada),
    ...waiting.map((id, place) => decideRequest(database, place % 2 ? max : ada, id)),
    ...Array.from({ length: 15 }, (_, place) => requestCredits(database, pick(place), 1 + (place % 12))),
    ...Array.from({ length: 6 }, (_, place) => changeAgain(place)),
  ];
  const results = await Promise.all(work.map((one) => readRefusal(one)));
  expect(results.filter((code) => !expected.includes(code))).toEqual([]);
  const [paid] = await database.sql<{ amount: number }[]>`
    select coalesce(sum(amount), 0)::int as amount from public.credit_transfers where kind = 'grant'`;
  expect(paid?.amount).toBeLessThanOrEqual(budget);
  expect(paid?.amount).toBeGreaterThan(budget - 27);
  const [unbalanced] = await database.sql`
    select count(*)::int as count from public.credit_requests
    where (state = 'approved') <> (transfer_id is not null) or (state = 'approved' and decided_version_id is null)`;
  expect(unbalanced?.count).toBe(0);
});
