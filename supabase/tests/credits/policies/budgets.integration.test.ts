// Budgets that approvals draw from, and approvals without a person.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';
import { changePolicy, decideRequest, listEvents, requestCredits } from '../credit-stage.ts';

let database: TestDatabase;
let pia: Player;
let max: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  max = await createPlayer(database, 'max', 'manager');
  ada = await createPlayer(database, 'ada', 'admin');
});
afterEach(() => database.drop());

const limitTo = (budget_amount: number) =>
  changePolicy(database, { budget_amount, budget_period: 'month' }, { credit_type: 'ai' });
async function readBudget(): Promise<{ used: number; left: number } | null> {
  const [row] = await database.sql<{ budget: { used: number; left: number } | null }[]>`
    select public.list_credit_policies() -> 0 -> 'budget' as budget`;
  return row?.budget ?? null;
}

test('an approval that the budget cannot pay is refused with what is left and when it is refilled', async () => {
  await limitTo(100);
  const [first, second] = [await requestCredits(database, pia, 80), await requestCredits(database, pia, 30)];
  await decideRequest(database, max, first.id);
  const work = decideRequest(database, max, second.id);
  await expect(work).rejects.toMatchObject({
    detail: 'budget_empty',
    message: 'The budget of this month has 20 of 100 AI credits left; this request needs 30.',
    hint: expect.stringMatching(/^It is refilled on 1 [A-Z][a-z]+ \d{4} \(UTC\)\./),
  });
  expect(await readBudget()).toMatchObject({ used: 80, left: 20 });
  await decideRequest(database, max, second.id, { decision: 'reject' });
});

test('what was approved before the budget was set counts, what was reversed or paid in another period does not', async () => {
  const { id } = await requestCredits(database, pia, 80);
  await decideRequest(database, max, id);
  await limitTo(100);
  expect(await readBudget()).toMatchObject({ used: 80 });
  await database.sql`
    select public.reverse_credit_transfer(transfer_id, 'A mistake', 'k', ${ada.player_id})
    from public.credit_requests where id = ${id}`;
  expect(await readBudget()).toMatchObject({ used: 0, left: 100 });
  const next = await requestCredits(database, pia, 100);
  await decideRequest(database, max, next.id);
  await database.sql`update public.credit_requests set closed_at = closed_at - interval '32 days'`;
  expect(await readBudget()).toMatchObject({ used: 0 });
});

test('concurrent approvals never overdraw', async () => {
  await limitTo(100);
  await changePolicy(database, { pending_count_max: 50 }, { credit_type: 'ai' });
  const players = await Promise.all(['a1', 'b2', 'c3', 'd4'].map((name) => createPlayer(database, name)));
  const requests = await Promise.all(
    Array.from({ length: 16 }, (_, place) =>
      requestCredits(database, players[place % players.length] ?? pia, 15 + (place % 3)),
    ),
  );
  const results = await Promise.all(
    requests.map(({ id }, place) => readRefusal(decideRequest(database, place % 2 ? max : ada, id))),
  );
  const budget = await readBudget();
  const [paid] = await database.sql`select sum(amount)::int as amount from public.credit_transfers`;
  expect(new Set(results)).toEqual(new Set([null, 'budget_empty']));
  expect(budget?.used).toBe(paid?.amount);
  expect(budget?.used).toBeLessThanOrEqual(100);
  expect(budget?.left).toBeLessThan(17);
});

test('a small request is paid at once as the act of the policy, and the player is told', async () => {
  await changePolicy(database, { auto_approval_max: 20 }, { credit_type: 'ai' });
  expect(await requestCredits(database, pia, 20)).toMatchObject({
    state: 'approved',
    decisions: [
      { decision: 'approve', decided_by: null, is_automatic: true, is_final: true, source: 'system' },
    ],
  });
  expect(await requestCredits(database, pia, 21)).toMatchObject({ state: 'pending', decisions: [] });
  expect(await listEvents(database)).toEqual(['credits/request.decided', 'credits/request.created']);
  const [audit] = await database.sql`
    select actor_id, source, after ->> 'is_automatic' as is_automatic from public.audit_log
    where action = 'credit_request.approved'`;
  expect(audit).toEqual({ actor_id: null, source: 'system', is_automatic: 'true' });
  const told = await database.sql`
    select event from realtime.messages where topic = ${`player:${pia.player_id}`} order by event`;
  expect(told.map(({ event }) => event)).toEqual(['balance_changed', 'request_created', 'request_decided']);
});

test('without a budget for it a small request waits for a person, and limits hold as ever', async () => {
  await limitTo(30);
  await changePolicy(database, { auto_approval_max: 20, day_amount_max: 1_000 }, { credit_type: 'ai' });
  const states = await Promise.all(
    [20, 19, 18].map(async (amount) => (await requestCredits(database, pia, amount)).state),
  );
  expect(states.toSorted()).toEqual(['approved', 'pending', 'pending']);
  await changePolicy(database, { day_amount_max: 1_000, period_amount_max: 1_000 }, { credit_type: 'ai' });
  expect(await readRefusal(requestCredits(database, pia, 1_000))).toBe('day_limit_reached');
});

test('one decided by the policy cannot be decided again', async () => {
  await changePolicy(database, { auto_approval_max: 20 });
  const { id } = await requestCredits(database, pia, 5);
  await expect(decideRequest(database, max, id)).rejects.toThrow(/The policy\u2069 has already approved/);
});

test.each([
  ['day', '2026-03-01', '2026-03-02'],
  ['week', '2026-02-23', '2026-03-02'],
  ['month', '2026-03-01', '2026-04-01'],
  ['quarter', '2026-01-01', '2026-04-01'],
])('a budget of a %s starts on %s and is refilled on %s', async (budget_period, starts, refills) => {
  await changePolicy(database, { budget_amount: 5, budget_period }, { credit_type: 'ai' });
  const [row] = await database.sql`
    select budget ->> 'starts_at' as starts, budget ->> 'refills_at' as refills
    from credits.policy_at('ai', null, clock_timestamp()) as policy
    cross join lateral credits.describe_budget(policy, '2026-03-01T12:00:00Z') as budget`;
  expect(row?.starts).toContain(starts);
  expect(row?.refills).toContain(refills);
});
