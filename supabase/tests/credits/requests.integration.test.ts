import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { decideRequest, listEvents, requestCredits } from './credit-stage.ts';

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

const request = (player: Player, amount: number, key?: string) =>
  requestCredits(database, player, amount, key);
const decide = (by: Player, id: string, options?: Parameters<typeof decideRequest>[3]) =>
  decideRequest(database, by, id, options);

describe('requesting', () => {
  test.each([
    ['gold', 10, 'For a campaign', 'credit_type_unknown'],
    ['ai', 0, 'For a campaign', 'amount_invalid'],
    ['ai', -5, 'For a campaign', 'amount_invalid'],
    ['ai', 1001, 'For a campaign', 'amount_above_maximum'],
    ['ai', 10, '  x ', 'reason_invalid'],
    ['ai', 10, 'x'.repeat(501), 'reason_invalid'],
  ])('%s %i for %j is refused', async (type, amount, reason, expected) => {
    const work = runAs(
      database,
      pia,
      (transaction) => transaction`select public.request_credits(${type}, ${amount}, ${reason}, 'k')`,
    );
    expect(await readRefusal(work)).toBe(expected);
    expect(await listEvents(database)).toEqual([]);
  });

  test('the same key gives the first answer and makes nothing new', async () => {
    const first = await request(pia, 10, 'same');
    const second = await request(pia, 10, 'same');
    expect(second).toEqual({ ...first, replayed: true });
    expect(await listEvents(database)).toEqual(['credits/request.created']);
  });

  test('a key that was used for something else is refused', async () => {
    await request(pia, 10, 'same');
    expect(await readRefusal(request(pia, 20, 'same'))).toBe('idempotency_key_reused');
  });

  test('two players may use the same key', async () => {
    const first = await request(pia, 10, 'same');
    const second = await request(max, 10, 'same');
    expect(second.id).not.toBe(first.id);
    expect(second.replayed).toBe(false);
  });

  test('parallel calls with one key make one request', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => request(pia, 10, 'same')));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });

  test('parallel requests cannot pass the limit of open ones together', async () => {
    const results = await Promise.all(Array.from({ length: 10 }, () => readRefusal(request(pia, 10))));
    expect(results.filter((result) => result === null)).toHaveLength(3);
    expect(results.filter((result) => result === 'pending_limit_reached')).toHaveLength(7);
  });

  test('pending and approved requests count for the period, rejected ones do not', async () => {
    for (const decision of ['approve', 'approve', 'reject', 'approve', 'approve', 'approve', 'approve']) {
      const made = await request(pia, 500);
      await decide(max, made.id, { decision });
    }
    expect(await readRefusal(request(pia, 1))).toBe('period_limit_reached');
    await database.sql`update public.credit_requests set created_at = now() - interval '31 days'`;
    expect(await readRefusal(request(pia, 1))).toBeNull();
  });

  test('players who left the community cannot request', async () => {
    await database.sql`update public.profiles set left_at = now() where id = ${pia.player_id}`;
    expect(await readRefusal(request(pia, 1))).toBe('player_left');
  });

  test('approvers and the player are notified on commit', async () => {
    const made = await request(pia, 10);
    const messages = await database.sql`
      select topic, event, payload ->> 'id' as id, private from realtime.messages
      where event = 'request_created' order by topic`;
    const managers = [ada, max].map((manager) => `admin:requests:${manager.player_id}`).sort();
    expect([...messages]).toEqual([
      ...managers.map((topic) => ({ topic, event: 'request_created', id: made.id, private: true })),
      { topic: `player:${pia.player_id}`, event: 'request_created', id: made.id, private: true },
    ]);
  });
});

describe('deciding', () => {
  test('an approval pays, once, and names the approver', async () => {
    const made = await request(pia, 200);
    const answer = await decide(max, made.id, { key: 'd' });
    expect(answer).toMatchObject({
      request: { state: 'approved' },
      decision: { decided_by: max.player_id, is_final: true, is_fallback: false },
      balances: { ai: { available: 200 } },
      replayed: false,
    });
    expect(await decide(max, made.id, { key: 'd' })).toEqual({ ...answer, replayed: true });
    expect(await readRefusal(decide(ada, made.id))).toBe('request_already_decided');
    expect(await listEvents(database)).toEqual(['credits/request.created', 'credits/request.decided']);
  });

  test('a rejection moves nothing', async () => {
    const made = await request(pia, 200);
    const answer = await decide(max, made.id, { decision: 'reject', comment: 'Too much.' });
    expect(answer).toMatchObject({ request: { state: 'rejected' }, balances: { ai: { available: 0 } } });
    expect(await database.sql`select from public.credit_transfers`).toHaveLength(0);
  });

  test('of twenty concurrent deciders, one succeeds', async () => {
    const made = await request(pia, 200);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        readRefusal(decide(index % 2 ? max : ada, made.id, { decision: index % 3 ? 'approve' : 'reject' })),
      ),
    );
    expect(results.filter((result) => result === null)).toHaveLength(1);
    expect(results.filter((result) => result === 'request_already_decided')).toHaveLength(19);
    expect(await database.sql`select from public.credit_decisions`).toHaveLength(1);
    expect((await listEvents(database)).filter((name) => name === 'credits/request.decided')).toHaveLength(1);
  });

  test('players cannot decide, nor can managers who left', async () => {
    const made = await request(pia, 200);
    const quinn = await createPlayer(database, 'quinn');
    expect(await readRefusal(decide(quinn, made.id))).toBe('manager_only');
    await database.sql`update public.profiles set left_at = now() where id = ${max.player_id}`;
    expect(await readRefusal(decide(max, made.id))).toBe('manager_only');
  });

  test.each([
    ['maybe', 'decision_invalid'],
    ['', 'decision_invalid'],
  ])('%j is not a decision', async (decision, expected) => {
    const made = await request(pia, 200);
    expect(await readRefusal(decide(max, made.id, { decision }))).toBe(expected);
  });

  test('closed requests stay as they are', async () => {
    const cancelled = await request(pia, 10);
    await runAs(
      database,
      pia,
      (transaction) => transaction`select public.cancel_credit_request(${cancelled.id}, 'c')`,
    );
    expect(await readRefusal(decide(max, cancelled.id))).toBe('request_cancelled');
    const late = await request(pia, 10);
    await database.sql`update public.credit_requests set expires_at = now() where id = ${late.id}`;
    expect(await readRefusal(decide(max, late.id))).toBe('request_expired');
    expect(await readRefusal(decide(max, randomUUID()))).toBe('request_not_found');
  });

  test('only the requester can cancel', async () => {
    const made = await request(pia, 10);
    const work = runAs(
      database,
      max,
      (transaction) => transaction`select public.cancel_credit_request(${made.id}, 'c')`,
    );
    expect(await readRefusal(work)).toBe('request_not_found');
  });
});

test('a refusal isolates the name, so a right-to-left name does not reverse the sentence', async () => {
  await database.sql`update public.profiles set display_name = 'نور الخطيب' where id = ${max.player_id}`;
  const request = await requestCredits(database, pia, 5);
  await decideRequest(database, max, request.id);
  await expect(decideRequest(database, ada, request.id)).rejects.toThrow(
    '\u2068نور الخطيب\u2069 has already approved this request.',
  );
});
