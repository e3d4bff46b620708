import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { decideRequest, listEvents, requestCredits } from './credit-stage.ts';

let database: TestDatabase;
let pia: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
});
afterEach(() => database.drop());

test('nobody decides their own request while another approver exists', async () => {
  const max = await createPlayer(database, 'max', 'manager');
  await createPlayer(database, 'ada', 'admin');
  const made = await requestCredits(database, max, 10);
  expect(await readRefusal(decideRequest(database, max, made.id, { comment: 'mine' }))).toBe('own_request');
  expect(await readRefusal(decideRequest(database, max, made.id, { decision: 'reject' }))).toBe(
    'own_request',
  );
});

test('the only approver decides their own request with a comment, marked as a fallback', async () => {
  const max = await createPlayer(database, 'max', 'manager');
  const made = await requestCredits(database, max, 10);
  expect(await readRefusal(decideRequest(database, max, made.id))).toBe('comment_needed');
  const answer = await decideRequest(database, max, made.id, { comment: 'I am alone here.' });
  expect(answer).toMatchObject({
    request: { state: 'approved' },
    decision: { is_final: true, is_fallback: true },
  });
  const [audit] =
    await database.sql`select after from public.audit_log where action = 'credit_request.approved'`;
  expect(audit?.after).toMatchObject({ is_fallback: true });
});

test('an approver who left does not count', async () => {
  const max = await createPlayer(database, 'max', 'manager');
  const ada = await createPlayer(database, 'ada', 'admin');
  await database.sql`update public.profiles set left_at = now() where id = ${ada.player_id}`;
  const made = await requestCredits(database, max, 10);
  expect((await decideRequest(database, max, made.id, { comment: 'alone' })).request.state).toBe('approved');
});

test("above the policy's amount, two different approvers are needed", async () => {
  const max = await createPlayer(database, 'max', 'manager');
  const ada = await createPlayer(database, 'ada', 'admin');
  const made = await requestCredits(database, pia, 501);
  expect(made.approvals_needed).toBe(2);
  const first = await decideRequest(database, max, made.id);
  expect(first).toMatchObject({ request: { state: 'pending' }, decision: { is_final: false } });
  expect(await database.sql`select from public.credit_transfers`).toHaveLength(0);
  expect(await readRefusal(decideRequest(database, max, made.id))).toBe('already_approved_by_you');
  const second = await decideRequest(database, ada, made.id);
  expect(second).toMatchObject({ request: { state: 'approved' }, balances: { ai: { available: 501 } } });
  expect(await listEvents(database)).toEqual([
    'credits/request.created',
    'credits/request.first_approved',
    'credits/request.decided',
  ]);
});

test('one rejection ends a request that needs two approvals', async () => {
  const max = await createPlayer(database, 'max', 'manager');
  const ada = await createPlayer(database, 'ada', 'admin');
  const made = await requestCredits(database, pia, 501);
  await decideRequest(database, max, made.id);
  const answer = await decideRequest(database, ada, made.id, { decision: 'reject' });
  expect(answer).toMatchObject({ request: { state: 'rejected' }, decision: { is_final: true } });
});

test('two approvals at the same moment pay once', async () => {
  const approvers = await Promise.all(
    ['max', 'mia', 'moe', 'mel'].map((name) => createPlayer(database, name, 'manager')),
  );
  const made = await requestCredits(database, pia, 501);
  const results = await Promise.all(
    approvers.map((approver) => readRefusal(decideRequest(database, approver, made.id))),
  );
  expect(results.filter((result) => result === null)).toHaveLength(2);
  expect(results.filter((result) => result === 'request_already_decided')).toHaveLength(2);
  expect(await database.sql`select from public.credit_transfers`).toHaveLength(1);
});

test('when a second approver is missing, an admin is enough, but a manager is not', async () => {
  const max = await createPlayer(database, 'max', 'manager');
  const ada = await createPlayer(database, 'ada', 'admin');
  const made = await requestCredits(database, max, 501);
  expect(
    (await decideRequest(database, ada, made.id, { comment: 'No other approver.' })).decision,
  ).toMatchObject({
    is_final: true,
    is_fallback: true,
  });
  await database.sql`update public.profiles set left_at = now() where id = ${ada.player_id}`;
  const next = await requestCredits(database, pia, 501);
  expect(await readRefusal(decideRequest(database, max, next.id))).toBe('comment_needed');
  await database.sql`update public.profiles set left_at = null where id = ${ada.player_id}`;
  expect((await decideRequest(database, max, next.id)).decision.is_final).toBe(false);
});

test('undecided requests expire once, after one reminder', async () => {
  const made = await requestCredits(database, pia, 10);
  await database.sql`update public.credit_requests set remind_at = now()`;
  const sweep = () => database.sql<{ count: number }[]>`select credits.expire_credit_requests() as count`;
  await sweep();
  await sweep();
  await database.sql`update public.credit_requests set expires_at = now()`;
  const counts = await Promise.all([sweep(), sweep(), sweep()]);
  expect(counts.map(([row]) => row?.count ?? 0).sort()).toEqual([0, 0, 1]);
  expect(await listEvents(database)).toEqual([
    'credits/request.created',
    'credits/request.reminder_due',
    'credits/request.expired',
  ]);
  const [request] = await database.sql`select state from public.credit_requests where id = ${made.id}`;
  expect(request?.state).toBe('expired');
});
