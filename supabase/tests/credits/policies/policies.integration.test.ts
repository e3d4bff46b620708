// Policies in versions: who may change them, when a change counts, and which version judges what.
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';
import { waitForLock } from '../../wait-for-lock.ts';
import { changePolicy, decideRequest, requestCredits } from '../credit-stage.ts';

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

type Values = Record<string, string | number | boolean | null>;
const change = (by: Player, changes: Values, base: number, from: string | null = null) =>
  runAs(
    database,
    by,
    (sql) => sql<{ version: number }[]>`
      select (public.update_credit_policy('ai', ${sql.json(changes)}, ${base},
        effective_from => ${from}) ->> 'version')::int as version`,
  );

test('a policy is changed by admins, within reason, and counts at once', async () => {
  expect(await readRefusal(change(max, { request_amount_max: 5 }, 1))).toBe('not_admin');
  const invalid: Values[] = [
    { request_amount_max: -5 },
    { request_amount_max: null },
    { request_amount_max: 'many' },
    { request_amount_max: 5_000 },
    { day_amount_max: 999 },
    { budget_amount: 5 },
    { budget_amount: -1, budget_period: 'day' },
    { escalate_after_hours: 5 },
    { escalate_after_hours: 5, escalate_to_role: 'player' },
    { colour: 'red' },
    { version: 9 },
    { is_removed: true },
  ];
  for (const wrong of invalid) {
    expect([wrong, await readRefusal(change(ada, wrong, 1))]).toEqual([wrong, 'policy_invalid']);
  }
  expect(await readRefusal(change(ada, { request_amount_max: 1_000 }, 1))).toBe('policy_unchanged');
  expect(await change(ada, { request_amount_max: 5 }, 1)).toEqual([{ version: 2 }]);
  expect(await readRefusal(requestCredits(database, pia, 6))).toBe('amount_above_maximum');
  const [audit] = await database.sql`
    select actor_id, before ->> 'request_amount_max' as before, after ->> 'request_amount_max' as after
    from public.audit_log where action = 'credit_policy.changed'`;
  expect(audit).toEqual({ actor_id: ada.player_id, before: '1000', after: '5' });
});

test('of two admins with the same form the second is told who was faster', async () => {
  const ann = await createPlayer(database, 'ann', 'admin');
  await change(ada, { pending_count_max: 1 }, 1);
  await expect(change(ann, { pending_count_max: 9 }, 1)).rejects.toThrow(
    /^\u2068ada\u2069 changed this policy on /,
  );
  const results = await Promise.all(
    [ada, ann].map((by, place) => readRefusal(change(by, { pending_count_max: 5 + place }, 2))),
  );
  expect(results.toSorted()).toEqual(expect.arrayContaining(['policy_changed', null]));
});

test('a key makes a change once', async () => {
  const send = () => database.sql<{ answer: { version: number; replayed: boolean } }[]>`
    select public.update_credit_policy('ai', '{"pending_count_max": 9}', 1, idempotency_key => 'k',
      acting_player_id => ${ada.player_id}) as answer`;
  expect((await send())[0]?.answer).toMatchObject({ version: 2, replayed: false });
  expect((await send())[0]?.answer).toMatchObject({ version: 2, replayed: true });
});

test('a change may be planned, and a later one does not carry it away', async () => {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  expect(await readRefusal(change(ada, {}, 1, '2020-01-01T00:00:00Z'))).toBe('invalid_effective_from');
  await change(ada, { request_amount_max: 5 }, 1, tomorrow);
  await requestCredits(database, pia, 1_000);
  await change(ada, { pending_count_max: 9 }, 2);
  const at = async (moment: string) => {
    const [row] = await database.sql`
      select request_amount_max as most, pending_count_max as pending, version
      from credits.policy_at('ai', null, ${moment})`;
    return row;
  };
  expect(await at(new Date().toISOString())).toEqual({ most: 1_000, pending: 9, version: 3 });
  expect(await at(tomorrow)).toEqual({ most: 5, pending: 3, version: 2 });
  const [listed] = await database.sql`
    select jsonb_path_query_array(public.list_policy_versions('ai'), '$[*].state') as states,
      public.list_policy_versions('ai') -> 1 -> 'changed' as changed,
      public.list_credit_policies() -> 0 -> 'newest_version' as newest`;
  expect(listed).toEqual({
    states: ['planned', 'in_force', 'past'],
    changed: ['pending_count_max'],
    newest: 3,
  });
});

test('an open request is decided by the rule of the moment, and kept by the limits it was made under', async () => {
  const { id } = await requestCredits(database, pia, 400);
  await changePolicy(database, {
    request_amount_max: 300,
    second_approval_above: 300,
    expire_after_hours: 1,
  });
  expect((await decideRequest(database, max, id)).decision.is_final).toBe(false);
  await changePolicy(database, { second_approval_above: null });
  expect(await readRefusal(decideRequest(database, max, id))).toBe('already_approved_by_you');
  expect((await decideRequest(database, ada, id)).request.state).toBe('approved');
  const [kept] = await database.sql`
    select asked.version as asked, decided.version as decided,
      request.expires_at > now() + interval '2 days' as keeps_time
    from public.credit_requests as request
    join credits.policy_versions as asked on asked.id = request.policy_version_id
    join credits.policy_versions as decided on decided.id = request.decided_version_id`;
  expect(kept).toEqual({ asked: 1, decided: 3, keeps_time: true });
  await changePolicy(database, { second_approval_above: 1 });
  const [closed] =
    await database.sql`select public.get_credit_request(${id}) -> 'approvals_needed' as needed`;
  expect(closed?.needed).toBe(1);
});

test('a decision waits for a change that is being made, and follows it', async () => {
  const { id } = await requestCredits(database, pia, 400);
  const other = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    const { decision } = await database.sql.begin(async (sql) => {
      await changePolicy({ sql }, { second_approval_above: 100 }, { credit_type: 'ai' });
      const deciding = decideRequest({ ...database, sql: other }, max, id);
      await waitForLock(database);
      return { decision: deciding };
    });
    expect((await decision).decision.is_final).toBe(false);
  } finally {
    await other.end({ timeout: 1 });
  }
});

test('within a day no more is requested than the policy gives', async () => {
  await changePolicy(database, { day_amount_max: 1_000 }, { credit_type: 'ai' });
  await requestCredits(database, pia, 900);
  await expect(requestCredits(database, pia, 101)).rejects.toThrow(
    'You can request 1,000 credits in 24 hours; 100 are left.',
  );
  const [limits] = await runAs(
    database,
    pia,
    (sql) => sql`select public.get_request_limits() -> 0 as ai, public.get_request_limits() -> 1 as lead`,
  );
  expect(limits?.ai).toMatchObject({
    day_amount_left: 100,
    period_amount_left: 2_100,
    pending_count: 1,
    amount_left: 100,
  });
  expect(limits?.lead).toMatchObject({ day_amount_left: null, period_amount_left: 1_500, amount_left: 500 });
  await database.sql`update public.credit_requests set created_at = now() - interval '25 hours'`;
  await requestCredits(database, pia, 1_000);
});

test('a rejection needs the comment that the policy asks for', async () => {
  await changePolicy(database, { reject_comment_required: true });
  const { id } = await requestCredits(database, pia, 5);
  const reject = (comment: string) => decideRequest(database, max, id, { decision: 'reject', comment });
  expect(await readRefusal(reject('  '))).toBe('comment_needed');
  expect((await reject('Use up the rest.')).request.state).toBe('rejected');
});

test('above its amount a request is decided on the web only', async () => {
  await changePolicy(database, { web_only_above: 100 });
  const [small, large] = [await requestCredits(database, pia, 100), await requestCredits(database, pia, 101)];
  const decide = (id: string, source: string) => database.sql`
    select public.decide_credit_request(${id}, 'approve', null, ${id + source}, ${max.player_id}, ${source})`;
  expect(large).toMatchObject({ decides_on_web_only: true });
  await expect(decide(large.id, 'discord')).rejects.toThrow(
    'Requests for more than 100 credits are decided on the web.',
  );
  await decide(large.id, 'web');
  await decide(small.id, 'discord');
});

test('only managers and the service read policies', async () => {
  const read = (by: Player) =>
    readRefusal(runAs(database, by, (sql) => sql`select public.list_credit_policies()`));
  expect([await read(pia), await read(max)]).toEqual(['manager_only', null]);
});
