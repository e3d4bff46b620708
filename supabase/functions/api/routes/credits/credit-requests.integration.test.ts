// Credit requests over REST: who decides, once however often it is sent, and what others are told.
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { createPlayers } from '../../../../tests/leaderboard/arena.ts';
import { useRealApi } from '../../../../tests/real-api.ts';
import { expectProblem } from '../../testing/api-rig.ts';

const real = useRealApi();
let key: Record<string, string>;
let reader: Record<string, string>;
let player: string;
let max: string;
let ada: string;
beforeAll(async () => {
  key = await real().makeKey('requests:write');
  reader = await real().makeKey('credits:read');
  await real().supabase.database.sql`update platform.attempt_limits set limit_count = 100000`;
});
beforeEach(async () => {
  const { sql } = real().supabase.database;
  [player = '', max = '', ada = ''] = await createPlayers(sql, 3);
  await sql`update public.profiles set role = 'manager' where id = ${max}`;
  await sql`update public.profiles set role = 'admin' where id = ${ada}`;
});

interface Body {
  id: string;
  state: string;
  source: string;
  request: { state: string };
  balances: { ai: { available: number } };
  bulk_id: string;
  results: { request_id: string; outcome: string; is_undone: boolean }[];
  requests: { id: string; requester: { rank: number | null } }[];
  events: { kind: string }[];
  counts: { pending: number };
}
const send = (path: string, body: unknown, idempotencyKey: string = randomUUID(), headers = key) =>
  real().send('POST', path, body, { ...headers, 'idempotency-key': idempotencyKey });
async function read(answer: Promise<Response>, status = 201): Promise<Body> {
  const response = await answer;
  const body: Body = await response.json();
  expect({ status: response.status, body }).toMatchObject({ status });
  return body;
}
const ask = (amount = 10, idempotencyKey?: string) =>
  send(
    '/credit-requests',
    { player_id: player, credit_type: 'ai', amount, reason: `For a campaign of ${amount}` },
    idempotencyKey,
  );
const decide = (id: string, by: string, decision = 'approve', idempotencyKey?: string) =>
  send(`/credit-requests/${id}/decisions`, { decision, acting_player_id: by }, idempotencyKey);
const bulk = (ids: string[], change: object = {}) =>
  send('/credit-requests/bulk-decisions', {
    request_ids: ids,
    decision: 'approve',
    mode: 'continue',
    acting_player_id: max,
    ...change,
  });

test('a request is made, read and approved; a replay says so and pays nothing again', async () => {
  const made = await read(ask(10, 'once'));
  expect(made).toMatchObject({ state: 'pending', source: 'api:requests:write' });
  const again = await ask(10, 'once');
  expect([again.headers.get('idempotency-replayed'), (await read(Promise.resolve(again))).id]).toEqual([
    'true',
    made.id,
  ]);
  const approved = await read(decide(made.id, max, 'approve', 'decided'));
  expect(approved).toMatchObject({ request: { state: 'approved' }, balances: { ai: { available: 10 } } });
  const replay = await decide(made.id, max, 'approve', 'decided');
  expect([replay.status, replay.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  await expectProblem(await decide(made.id, ada), 409, 'request_already_decided');
  const { events } = await read(real().get(`/credit-requests/${made.id}`, reader), 200);
  expect(events.map(({ kind }) => kind)).toEqual(['created', 'decided']);
});

test('the decision is that of a person: a key alone, a player and a demoted manager are refused', async () => {
  const { id } = await read(ask());
  const alone = await send(`/credit-requests/${id}/decisions`, { decision: 'approve' });
  await expectProblem(alone, 422, 'input_invalid');
  await expectProblem(await decide(id, player), 403, 'manager_only');
  await real().supabase.database.sql`update public.profiles set role = 'player' where id = ${max}`;
  await expectProblem(await decide(id, max), 403, 'manager_only');
  await expectProblem(await bulk([id]), 403, 'manager_only');
  const audited = await real().supabase.database.sql`
    select action from public.audit_log where actor_id = ${max} order by occurred_at`;
  expect(audited.map(({ action }) => action)).toEqual(['attempt.refused', 'credit_bulk_decision.refused']);
});

test('many are previewed, decided and undone', async () => {
  const ids = [(await read(ask(10))).id, (await read(ask(20))).id, randomUUID()];
  const outcomes = ['approved', 'approved', 'refused'];
  const preview = await read(bulk(ids, { is_preview: true }), 200);
  expect([preview.bulk_id, preview.results.map(({ outcome }) => outcome)]).toEqual([null, outcomes]);
  const done = await read(bulk(ids), 200);
  expect(done.results.map(({ request_id, outcome }) => [request_id, outcome])).toEqual(
    ids.map((id, index) => [id, outcomes[index]]),
  );
  const undone = await read(
    send(`/credit-requests/bulk-decisions/${done.bulk_id}/undo`, { acting_player_id: max }),
    200,
  );
  expect(undone.results.map(({ is_undone }) => is_undone)).toEqual([true, true, false]);
});

test('the queue is filtered, counted and paginated', async () => {
  const made = [(await read(ask(11))).id, (await read(ask(12))).id];
  const first = await read(real().get(`/credit-requests?player_id=${player}&limit=1`, reader), 200);
  expect(first).toMatchObject({
    requests: [{ id: made[0], requester: { rank: null } }],
    counts: { pending: 2 },
  });
  const large = await read(real().get(`/credit-requests?player_id=${player}&amount_min=12`, reader), 200);
  expect(large.requests.map(({ id }) => id)).toEqual([made[1]]);
  await expectProblem(await real().get('/credit-requests?cursor=soon', reader), 400, 'cursor_invalid');
  await expectProblem(await real().get(`/credit-requests/${randomUUID()}`, reader), 404, 'request_not_found');
});

test('reading and writing take a scope each, and a command takes a key', async () => {
  await expectProblem(await real().get('/credit-requests', key), 403, 'scope_missing');
  await expectProblem(await real().get('/credit-requests'), 401, 'api_key_missing');
  const body = { decision: 'approve', acting_player_id: max };
  const path = `/credit-requests/${randomUUID()}/decisions`;
  await expectProblem(await send(path, body, randomUUID(), reader), 403, 'scope_missing');
  await expectProblem(await real().send('POST', path, body, key), 422, 'input_invalid');
});
