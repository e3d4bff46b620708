import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { type BulkAnswer, decideInBulk, readAvailable, undoBulk } from './bulk-stage.ts';
import { listEvents, requestCredits } from './credit-stage.ts';

let database: TestDatabase;
let pia: Player;
let quinn: Player;
let max: Player;
let mia: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  quinn = await createPlayer(database, 'quinn');
  max = await createPlayer(database, 'max', 'manager');
  mia = await createPlayer(database, 'mia', 'manager');
  ada = await createPlayer(database, 'ada', 'admin');
});
afterEach(() => database.drop());

const ask = async (by: Player, amount: number) => (await requestCredits(database, by, amount)).id;
const spend = (player: Player, amount: number) =>
  database.sql`select public.spend_credits(${player.player_id}, 'ai', ${amount}, 'An order', ${randomUUID()})`;
const listUndone = ({ results }: BulkAnswer) =>
  results.map(({ is_undone, undo_refusal }) => undo_refusal?.code ?? is_undone);

test('an undo takes every payment back; the decisions stay', async () => {
  const ids = [await ask(pia, 10), await ask(quinn, 20)];
  const { bulk_id } = await decideInBulk(database, max, ids);
  const undone = await undoBulk(database, max, bulk_id);
  expect(listUndone(undone)).toEqual([true, true]);
  expect(undone.results.map(({ request }) => request?.state)).toEqual(['approved', 'approved']);
  expect([await readAvailable(database, pia), await readAvailable(database, quinn)]).toEqual([0, 0]);
  expect((await listEvents(database)).slice(-2)).toEqual([
    'credits/request.undone',
    'credits/request.undone',
  ]);
  const books = await database.sql`
    select sum(amount)::int as total, count(*)::int as entries from public.credit_entries`;
  expect([...books]).toEqual([{ total: 0, entries: 8 }]);
});

test('spent credits are reported and not taken back; a later undo takes them once they are returned', async () => {
  const ids = [await ask(pia, 10), await ask(quinn, 20)];
  const { bulk_id } = await decideInBulk(database, max, ids);
  await spend(pia, 7);
  const first = await undoBulk(database, max, bulk_id);
  expect(listUndone(first)).toEqual(['credits_spent', true]);
  expect(first.results[0]?.undo_refusal?.message).toBe(
    '7 of these 10 credits were already used or are on hold.',
  );
  expect(await readAvailable(database, pia)).toBe(3);
  const [spent] = await database.sql<{ id: string }[]>`
    select id from public.credit_transfers where kind = 'spend'`;
  await database.sql`
    select public.reverse_credit_transfer(${spent?.id ?? ''}, 'A mistake', 'r', ${ada.player_id})`;
  expect(listUndone(await undoBulk(database, max, bulk_id))).toEqual([true, true]);
  expect(await readAvailable(database, pia)).toBe(0);
});

test('rejections and first approvals stay, and say why', async () => {
  const rejected = await decideInBulk(database, max, [await ask(pia, 10)], { decision: 'reject' });
  expect(listUndone(await undoBulk(database, max, rejected.bulk_id))).toEqual(['rejection_final']);
  const first = await decideInBulk(database, max, [await ask(quinn, 600)]);
  expect(listUndone(await undoBulk(database, max, first.bulk_id))).toEqual(['approval_counted']);
});

test('a payment that an admin reversed before is not reversed again', async () => {
  const { bulk_id, results } = await decideInBulk(database, max, [await ask(pia, 10)]);
  const [paid] = await database.sql<{ id: string }[]>`
    select transfer_id as id from public.credit_requests where id = ${results[0]?.request_id ?? ''}`;
  await database.sql`
    select public.reverse_credit_transfer(${paid?.id ?? ''}, 'A mistake', 'r', ${ada.player_id})`;
  expect(listUndone(await undoBulk(database, max, bulk_id))).toEqual(['already_reversed']);
});

test('a repeated or concurrent undo takes the payments back once', async () => {
  const { bulk_id } = await decideInBulk(database, max, [await ask(pia, 10), await ask(quinn, 20)]);
  const first = await undoBulk(database, max, bulk_id, 'same');
  expect(await undoBulk(database, max, bulk_id, 'same')).toEqual({ ...first, replayed: true });
  await Promise.all(Array.from({ length: 6 }, () => undoBulk(database, max, bulk_id)));
  const reversals = await database.sql`select from public.credit_transfers where kind = 'reversal'`;
  expect(reversals).toHaveLength(2);
});

test('only the decider and admins may undo, and only for ten minutes', async () => {
  const { bulk_id } = await decideInBulk(database, max, [await ask(pia, 10)]);
  expect(await readRefusal(undoBulk(database, pia, bulk_id))).toBe('manager_only');
  expect(await readRefusal(undoBulk(database, mia, bulk_id))).toBe('not_your_decision');
  expect(await readRefusal(undoBulk(database, max, randomUUID()))).toBe('bulk_not_found');
  await database.sql`update public.credit_bulk_decisions set created_at = now() - interval '10 minutes 1 second'`;
  expect(await readRefusal(undoBulk(database, max, bulk_id))).toBe('undo_too_late');
  await database.sql`update public.credit_bulk_decisions set created_at = now() - interval '9 minutes'`;
  expect(listUndone(await undoBulk(database, ada, bulk_id))).toEqual([true]);
});
