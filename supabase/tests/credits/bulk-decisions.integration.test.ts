import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { type BulkAnswer, decideInBulk, listOutcomes, readAvailable } from './bulk-stage.ts';
import { decideRequest, listEvents, requestCredits } from './credit-stage.ts';

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

const ask = async (by: Player, amount: number) => (await requestCredits(database, by, amount)).id;
const decide = (by: Player, ids: string[], options?: Parameters<typeof decideInBulk>[3]) =>
  decideInBulk(database, by, ids, options);

/** Two requests that may be approved, with one between them that max made. */
async function askThree(): Promise<string[]> {
  return [await ask(pia, 10), await ask(max, 20), await ask(quinn, 30)];
}

/** Everything that a decision leaves behind. */
async function readTraces(): Promise<unknown> {
  const [row] = await database.sql`
    select (select jsonb_agg(request order by request.id) from public.credit_requests as request) as requests,
      (select count(*)::int from public.credit_decisions) as decisions,
      (select count(*)::int from public.credit_transfers) as transfers,
      (select count(*)::int from public.credit_bulk_decisions) as bulks,
      (select count(*)::int from public.audit_log) as audits,
      (select count(*)::int from realtime.messages) as messages,
      (select count(*)::int from platform.outbox) as events`;
  return row;
}

describe('modes', () => {
  test.each([
    ['continue', ['approved', 'own_request', 'approved'], 40],
    ['stop_at_first', ['approved', 'own_request', 'skipped'], 10],
    ['all_or_nothing', ['skipped', 'own_request', 'skipped'], 0],
  ])('%s', async (mode, outcomes, paid) => {
    const ids = await askThree();
    const preview = await decide(max, ids, { mode, preview: true });
    const answer = await decide(max, ids, { mode });
    expect(listOutcomes(answer)).toEqual(outcomes);
    expect(answer.totals.amounts).toEqual({ ai: paid, lead: 0 });
    expect((await readAvailable(database, pia)) + (await readAvailable(database, quinn))).toBe(paid);
    expect(listOutcomes(preview)).toEqual(outcomes);
    expect(preview.totals).toEqual(answer.totals);
  });

  test('all_or_nothing decides every request if none is refused', async () => {
    const [first = '', , third = ''] = await askThree();
    const answer = await decide(max, [third, first], { mode: 'all_or_nothing' });
    expect(answer.results.map(({ request_id, ok, request }) => [request_id, ok, request?.state])).toEqual([
      [third, true, 'approved'],
      [first, true, 'approved'],
    ]);
  });

  test('rejecting many requests moves nothing and stores the comment on each', async () => {
    const ids = await askThree();
    const answer = await decide(ada, ids, { decision: 'reject', comment: '  Not this month.  ' });
    expect(answer.totals).toMatchObject({ rejected: 3, refused: 0, amounts: { ai: 0, lead: 0 } });
    const comments = await database.sql`select distinct comment, source from public.credit_decisions`;
    expect([...comments]).toEqual([{ comment: 'Not this month.', source: 'web' }]);
  });

  test('above the policy’s amount the first approval of a bulk decision waits for a second person', async () => {
    const id = await ask(pia, 600);
    expect(listOutcomes(await decide(max, [id]))).toEqual(['first_approved']);
    expect(listOutcomes(await decide(max, [id]))).toEqual(['already_approved_by_you']);
    expect(listOutcomes(await decide(ada, [id]))).toEqual(['approved']);
    expect(await readAvailable(database, pia)).toBe(600);
  });
});

describe('a preview', () => {
  test('leaves nothing behind and needs no key', async () => {
    const ids = await askThree();
    const before = await readTraces();
    const preview = await decide(max, ids, { preview: true, key: '' });
    expect(preview).toMatchObject({ bulk_id: null, is_preview: true, undo_until: null });
    expect(preview.results[0]).toMatchObject({ outcome: 'approved', request: { state: 'pending' } });
    expect(await readTraces()).toEqual(before);
  });

  test('predicts for each request what a single decision would answer', async () => {
    const closed = await ask(pia, 5);
    await decideRequest(database, ada, closed, { decision: 'reject' });
    const late = await ask(pia, 6);
    await database.sql`update public.credit_requests set expires_at = now() where id = ${late}`;
    const ids = [closed, late, ...(await askThree()), randomUUID()];
    const foreseen = listOutcomes(await decide(max, ids, { preview: true }));
    const single: string[] = [];
    for (const id of ids) single.push((await readRefusal(decideRequest(database, max, id))) ?? 'approved');
    expect(foreseen).toEqual(single);
  });
});

describe('keys', () => {
  test('the same key answers again and decides nothing new', async () => {
    const ids = await askThree();
    const first = await decide(max, ids, { key: 'same' });
    const before = await readTraces();
    expect(await decide(max, ids, { key: 'same' })).toEqual({ ...first, replayed: true });
    expect(await readTraces()).toEqual(before);
    expect(await readRefusal(decide(max, ids.slice(1), { key: 'same' }))).toBe('idempotency_key_reused');
  });

  test('eight calls at once with one key are one bulk decision', async () => {
    const ids = await askThree();
    const answers = await Promise.all(Array.from({ length: 8 }, () => decide(max, ids, { key: 'same' })));
    expect(new Set(answers.map(({ bulk_id }) => bulk_id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });

  test('a request that is sent twice is decided once', async () => {
    const id = await ask(pia, 10);
    expect((await decide(max, [id, id])).results).toHaveLength(1);
  });
});

test.each<[Parameters<typeof decideInBulk>[3], number, string]>([
  [{ mode: 'sometimes' }, 1, 'mode_invalid'],
  [{ decision: 'maybe' }, 1, 'decision_invalid'],
  [{ comment: 'x'.repeat(1_001) }, 1, 'comment_too_long'],
  [{ key: '' }, 1, 'idempotency_key_invalid'],
  [{}, 0, 'requests_missing'],
  [{}, 1_001, 'batch_too_large'],
])('%j on %i requests is refused', async (options, count, code) => {
  const ids = Array.from({ length: count }, () => randomUUID());
  expect(await readRefusal(decide(max, ids, options))).toBe(code);
});

describe('without the right', () => {
  test('a bulk decision is refused and audited, and nothing is decided', async () => {
    const ids = await askThree();
    const answer = await decide(pia, ids);
    expect(answer.refusal).toMatchObject({ status: 403, code: 'manager_only' });
    const audited = await database.sql`
      select actor_id, after from public.audit_log where action = 'credit_bulk_decision.refused'`;
    expect([...audited]).toEqual([
      { actor_id: pia.player_id, after: { decision: 'approve', mode: 'continue', request_count: 3 } },
    ]);
    expect(await database.sql`select from public.credit_decisions`).toHaveLength(0);
  });

  test('an approver who was demoted after the preview decides nothing', async () => {
    const ids = await askThree();
    await decide(max, ids, { preview: true });
    await database.sql`update public.profiles set role = 'player' where id = ${max.player_id}`;
    expect((await decide(max, ids)).refusal?.code).toBe('manager_only');
  });

  test('attempts are limited, so nobody fills the audit log', async () => {
    await database.sql`update platform.attempt_limits set limit_count = 2 where action = 'credit_bulk'`;
    const id = await ask(pia, 10);
    const codes: (string | null)[] = [];
    for (let call = 0; call < 3; call += 1) codes.push(await readRefusal(decide(pia, [id])));
    expect(codes).toEqual([null, null, 'rate_limited']);
  });
});

test('a bulk decision counts as one attempt, however many requests it has', async () => {
  await database.sql`update platform.attempt_limits set limit_count = 1 where action in ('credit_decision', 'credit_bulk')`;
  const ids = [await ask(pia, 10), await ask(quinn, 10)];
  expect((await decide(max, ids)).totals.approved).toBe(2);
});

test('each player hears of their own requests, each manager of the whole', async () => {
  const ids = [await ask(pia, 10), await ask(quinn, 20)];
  await database.sql`delete from realtime.messages`;
  const { bulk_id } = (await decide(max, ids)) satisfies BulkAnswer;
  const sent = await database.sql<{ topic: string; event: string; payload: Record<string, unknown> }[]>`
    select topic, event, payload from realtime.messages order by topic, event`;
  const toManagers = sent.filter(({ topic }) => topic.startsWith('admin:'));
  expect(toManagers.map(({ event, payload }) => [event, payload.bulk_id, payload.request_ids])).toEqual(
    [ada, max].map(() => ['requests_decided', bulk_id, ids]),
  );
  const toPia = sent.filter(({ topic }) => topic === `player:${pia.player_id}`);
  expect(toPia.map(({ event }) => event)).toEqual(['balance_changed', 'request_decided']);
  expect((await listEvents(database)).filter((name) => name === 'credits/request.decided')).toHaveLength(2);
});
