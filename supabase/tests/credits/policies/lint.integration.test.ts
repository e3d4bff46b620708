// Problems of policies, and what last month would have been like under another one.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../../personas.ts';
import { changePolicy, decideRequest, requestCredits } from '../credit-stage.ts';

let database: TestDatabase;
let pia: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
});
afterEach(() => database.drop());

interface Problem {
  code: string;
  credit_type: string | null;
  sentence: string;
  remedy: string;
}
/** The problems of AI credits, and those of no type. */
async function lint(): Promise<string[]> {
  const [row] = await database.sql<
    { problems: Problem[] }[]
  >`select public.lint_credit_policies() as problems`;
  const problems = (row?.problems ?? []).filter(({ credit_type }) => credit_type !== 'lead');
  for (const { sentence, remedy } of problems) expect([sentence, remedy].join(' ')).toMatch(/\.$/);
  return problems.map(({ code }) => code).toSorted();
}
const createApprovers = async () => ({
  max: await createPlayer(database, 'max', 'manager'),
  ada: await createPlayer(database, 'ada', 'admin'),
  ann: await createPlayer(database, 'ann', 'admin'),
});

test('too few approvers are noticed', async () => {
  expect(await lint()).toEqual(['no_approver', 'second_approver_impossible']);
  await createPlayer(database, 'max', 'manager');
  expect(await lint()).toEqual(['only_requester', 'second_approver_impossible']);
  await createPlayer(database, 'ada', 'admin');
  expect(await lint()).toEqual(['second_approver_missing_for_approvers']);
  await createPlayer(database, 'ann', 'admin');
  expect(await lint()).toEqual([]);
});

test.each<[Record<string, string | number>, string[]]>([
  [{ budget_amount: 0, budget_period: 'week' }, ['budget_zero']],
  [{ budget_amount: 999, budget_period: 'week' }, ['budget_below_request']],
  [{ budget_amount: 1_000, budget_period: 'week' }, []],
  [{ escalate_after_hours: 72, escalate_to_role: 'admin' }, ['escalation_after_expiry']],
  [{ escalate_after_hours: 71, escalate_to_role: 'admin' }, []],
  [{ remind_after_hours: 72 }, ['reminder_after_expiry']],
  [{ auto_approval_max: 500 }, []],
  [{ auto_approval_max: 501 }, ['automatic_above_second']],
  [{ auto_approval_max: 1_000 }, ['automatic_above_second', 'automatic_always']],
])('%j has the problems %j', async (changes, problems) => {
  await createApprovers();
  await changePolicy(database, changes, { credit_type: 'ai' });
  expect(await lint()).toEqual(problems);
});

test('escalations and delegations to people who left or lost their role are noticed', async () => {
  const { max, ada } = await createApprovers();
  await createPlayer(database, 'mia', 'manager');
  await changePolicy(
    database,
    { escalate_after_hours: 5, escalate_to_player: max.player_id },
    { credit_type: 'ai' },
  );
  const at = (offset: number) => new Date(Date.now() + offset);
  await database.sql`
    select public.delegate_decisions(${pia.player_id}, ${at(0)}, ${at(60_000)}, acting_player_id => ${max.player_id})`;
  expect(await lint()).toEqual([]);
  await database.sql`update public.profiles set role = 'player' where id = ${max.player_id}`;
  expect(await lint()).toEqual(['delegate_may_not', 'escalation_person_missing']);
  await database.sql`update public.profiles set role = 'manager' where id = ${max.player_id}`;
  await database.sql`update public.profiles set left_at = now() where id = ${pia.player_id}`;
  expect(await lint()).toEqual(['delegate_left']);
  await database.sql`
    select public.update_player_groups('[{"name": "Old hands", "joined_days_min": 900}]', 0,
      acting_player_id => ${ada.player_id})`;
  expect(await lint()).toEqual(['delegate_left', 'group_empty', 'group_without_policy']);
});

interface Preview {
  request_count: number;
  differing_count: number;
  outcomes: { outcome: string; before: number; after: number }[];
  differing: { username: string; amount: number; before: string; after: string }[];
}
async function preview(changes: Record<string, string | number | null>): Promise<Preview> {
  const [row] = await database.sql<{ answer: Preview }[]>`
    select public.preview_credit_policy('ai', ${database.sql.json(changes)}) as answer`;
  if (!row) throw new Error('No answer came.');
  return row.answer;
}

/** Requests of 10, 60, 600 and 40 credits, the third of which expired; one of 700 is cancelled. */
async function playMonth(): Promise<void> {
  const { max } = await createApprovers();
  await changePolicy(database, { pending_count_max: 9 }, { credit_type: 'ai' });
  for (const amount of [10, 60, 600, 40, 700]) {
    const { id } = await requestCredits(database, pia, amount);
    if (amount < 100) await decideRequest(database, max, id);
  }
  await database.sql`update public.credit_requests set expires_at = now() where amount = 600`;
  await database.sql`select credits.expire_credit_requests()`;
  await database.sql`
    update public.credit_requests set state = 'cancelled', closed_at = now() where amount = 700`;
}

test('a replay says how many requests would have met something else, and which', async () => {
  await playMonth();
  expect(await preview({})).toMatchObject({ request_count: 4, differing_count: 0, differing: [] });
  const changed = await preview({
    auto_approval_max: 10,
    second_approval_above: 50,
    request_amount_max: 500,
  });
  expect(changed.outcomes).toEqual([
    { outcome: 'automatic', before: 0, after: 1 },
    { outcome: 'expired', before: 1, after: 0 },
    { outcome: 'one_approver', before: 3, after: 1 },
    { outcome: 'refused_amount', before: 0, after: 1 },
    { outcome: 'two_approvers', before: 0, after: 1 },
  ]);
  expect(changed.differing.map(({ amount, before, after }) => [amount, before, after])).toEqual([
    [600, 'expired', 'refused_amount'],
    [60, 'one_approver', 'two_approvers'],
    [10, 'one_approver', 'automatic'],
  ]);
});

test.each<[Record<string, string | number>, [number, string][]]>([
  [{ budget_amount: 70, budget_period: 'quarter' }, [[40, 'budget_empty']]],
  [{ budget_amount: 69, budget_period: 'quarter' }, [[60, 'budget_empty']]],
  [
    { request_amount_max: 100, day_amount_max: 100 },
    [
      [600, 'refused_amount'],
      [40, 'refused_day'],
    ],
  ],
  [
    { request_amount_max: 100, period_amount_max: 109 },
    [
      [600, 'refused_amount'],
      [40, 'refused_period'],
    ],
  ],
])('a replay under %j would change %j', async (changes, differing) => {
  await playMonth();
  await database.sql`update public.credit_requests set created_at = created_at + interval '1 second' where amount = 40`;
  const found = (await preview(changes)).differing.map(({ amount, after }) => [amount, after]);
  expect(found.toSorted()).toEqual(differing.toSorted());
});

test('a preview stores nothing', async () => {
  await playMonth();
  await preview({ request_amount_max: 5 });
  const [count] = await database.sql`select count(*)::int as versions from credits.policy_versions`;
  expect(count?.versions).toBe(3);
});
