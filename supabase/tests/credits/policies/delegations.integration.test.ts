// Players who decide in place of a manager, and requests that are escalated.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';
import { changePolicy, decideRequest, listEvents, requestCredits } from '../credit-stage.ts';

let database: TestDatabase;
let pia: Player;
let quinn: Player;
let max: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  quinn = await createPlayer(database, 'quinn');
  max = await createPlayer(database, 'max', 'manager');
  ada = await createPlayer(database, 'ada', 'admin');
});
afterEach(() => database.drop());

const hour = 3_600_000;
async function delegate(
  by: Player,
  to: Player,
  { from = -hour, until = hour, manager = null as Player | null } = {},
): Promise<string> {
  const at = (offset: number) => new Date(Date.now() + offset);
  const [row] = await runAs(
    database,
    by,
    (sql) => sql<{ id: string }[]>`
      select public.delegate_decisions(${to.player_id}, ${at(from)}, ${at(until)},
        ${manager?.player_id ?? null}) ->> 'id' as id`,
  );
  return row?.id ?? '';
}
const decideAs = async (by: Player, amount: number) =>
  readRefusal(decideRequest(database, by, (await requestCredits(database, pia, amount)).id));

test('a delegate decides in place of the manager, and both are named', async () => {
  expect(await decideAs(quinn, 1)).toBe('manager_only');
  await delegate(max, quinn);
  const { id } = await requestCredits(database, pia, 5);
  const { decision } = await decideRequest(database, quinn, id);
  expect(decision).toMatchObject({ decided_by: quinn.player_id, on_behalf_of_name: 'max', is_final: true });
  const seen = await runAs(database, quinn, (sql) => sql`select from public.credit_requests`);
  expect(seen.length).toBeGreaterThan(0);
  const [audit] = await database.sql`
    select actor_id, after ->> 'on_behalf_of' as on_behalf_of from public.audit_log
    where action = 'credit_request.approved'`;
  expect(audit).toEqual({ actor_id: quinn.player_id, on_behalf_of: max.player_id });
});

test('manager and delegate together are one approver', async () => {
  await delegate(max, quinn);
  const { id } = await requestCredits(database, pia, 501);
  await decideRequest(database, quinn, id);
  expect(await readRefusal(decideRequest(database, max, id))).toBe('already_approved_by_you');
  expect((await decideRequest(database, ada, id)).request.state).toBe('approved');
});

test('a delegate decides neither their own request nor that of the manager', async () => {
  await delegate(max, quinn);
  const [own, managers] = [await requestCredits(database, quinn, 5), await requestCredits(database, max, 5)];
  expect(await readRefusal(decideRequest(database, quinn, own.id))).toBe('own_request');
  expect(await readRefusal(decideRequest(database, quinn, managers.id))).toBe('own_request');
  await delegate(ada, quinn);
  expect((await decideRequest(database, quinn, managers.id)).decision).toMatchObject({
    on_behalf_of_name: 'ada',
  });
});

test('whether a delegate may is checked at the moment of the decision', async () => {
  const id = await delegate(max, quinn);
  const set = (player: Player, values: string) =>
    database.sql.unsafe(`update public.profiles set ${values} where id = '${player.player_id}'`);
  for (const [player, lost, back] of [
    [max, "role = 'player'", "role = 'manager'"],
    [max, 'left_at = now()', 'left_at = null'],
    [quinn, 'left_at = now()', 'left_at = null'],
  ] as const) {
    const request = await requestCredits(database, pia, 5);
    await set(player, lost);
    expect(await readRefusal(decideRequest(database, quinn, request.id))).toBe('manager_only');
    await set(player, back);
    await decideRequest(database, quinn, request.id);
  }
  await runAs(database, max, (sql) => sql`select public.end_delegation(${id})`);
  expect(await decideAs(quinn, 6)).toBe('manager_only');
  await delegate(max, quinn, { from: hour, until: 2 * hour });
  expect(await decideAs(quinn, 7)).toBe('manager_only');
});

test('managers name their own delegate, admins that of any manager', async () => {
  expect(await readRefusal(delegate(pia, quinn))).toBe('manager_only');
  expect(await readRefusal(delegate(max, quinn, { manager: ada }))).toBe('manager_only');
  expect(await readRefusal(delegate(max, max))).toBe('delegate_invalid');
  expect(await readRefusal(delegate(ada, quinn, { manager: pia }))).toBe('delegate_invalid');
  expect(await readRefusal(delegate(max, quinn, { until: -1 }))).toBe('delegation_dates_invalid');
  const id = await delegate(ada, quinn, { manager: max });
  expect(await readRefusal(runAs(database, pia, (sql) => sql`select public.end_delegation(${id})`))).toBe(
    'delegation_not_found',
  );
});

const escalate = () => database.sql`select credits.escalate_credit_requests()`;
const makeDue = () => database.sql`update public.credit_requests set escalate_at = now()`;
const readTarget = async (id: string) => {
  const [row] = await database.sql`
    select escalated_to_role as role, escalated_to_player as player from public.credit_requests where id = ${id}`;
  return row;
};

test('a waiting request is escalated once, to whom the policy names', async () => {
  await changePolicy(database, { escalate_after_hours: 48, escalate_to_player: max.player_id });
  const { id } = await requestCredits(database, pia, 5);
  await escalate();
  expect(await listEvents(database)).toEqual(['credits/request.created']);
  await makeDue();
  await Promise.all([escalate(), escalate()]);
  await escalate();
  expect(await listEvents(database)).toEqual(['credits/request.created', 'credits/request.escalated']);
  expect(await readTarget(id)).toEqual({ role: null, player: max.player_id });
});

test('admins are told in place of a person who asked or left, and nobody once the rule is gone', async () => {
  await changePolicy(database, { escalate_after_hours: 48, escalate_to_player: max.player_id });
  const own = await requestCredits(database, max, 5);
  await makeDue();
  await escalate();
  expect(await readTarget(own.id)).toEqual({ role: 'admin', player: null });
  const later = await requestCredits(database, pia, 5);
  await makeDue();
  await changePolicy(database, { escalate_after_hours: null, escalate_to_player: null });
  await escalate();
  expect(await readTarget(later.id)).toEqual({ role: null, player: null });
});
