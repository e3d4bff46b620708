// Two sessions that use the same account or lot lock in the same order, so they never deadlock.
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { waitForLock } from '../wait-for-lock.ts';
import { decideRequest, requestCredits } from './credit-stage.ts';

let database: TestDatabase;
let pia: Player;
let other: postgres.Sql;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  other = postgres(database.url, { max: 1, onnotice: () => {} });
});
afterEach(async () => {
  await other.end({ timeout: 1 });
  await database.drop();
});

test('expiry locks the account before its lots', async () => {
  await database.sql`
    select credits.grant_to_player(jsonb_populate_record(null::public.credit_transfers, jsonb_build_object(
      'player_id', ${pia.player_id}::uuid, 'credit_type', 'ai', 'amount', 5, 'idempotency_key', 'gift')), now())`;
  const { expired } = await database.sql.begin(async (spender) => {
    await spender`select from public.credit_accounts where player_id = ${pia.player_id} for update`;
    const sweep = other<{ count: number }[]>`select credits.expire_lots() as count`.execute();
    await waitForLock(database);
    await spender`select from public.credit_lots for update nowait`;
    return { expired: sweep };
  });
  expect(await expired).toEqual([{ count: 1 }]);
});

test.each(['ai', 'lead'])('an account that two sessions create at once is one account: %s', async (type) => {
  const open = (sql: postgres.ISql, kind: string, credit_type: string) =>
    sql<{ id: string }[]>`select credits.get_credit_account(${pia.player_id}, ${credit_type}, ${kind}) as id`;
  for (const credit_type of ['ai', 'lead']) await open(database.sql, 'held', credit_type);
  const { first, second } = await database.sql.begin(async (sql) => {
    const opened = await open(sql, 'available', type);
    const waiting = open(other, 'available', type).execute();
    await waitForLock(database);
    return { first: opened, second: waiting };
  });
  expect(await second).toEqual(first);
});

test('a request is not cancelled while somebody decides it', async () => {
  const max = await createPlayer(database, 'max', 'manager');
  const { id } = await requestCredits(database, pia, 10);
  const { cancelled } = await database.sql.begin(async (sql) => {
    await sql`select public.decide_credit_request(${id}, 'approve', '', 'decision', ${max.player_id})`;
    const cancelling =
      other`select public.cancel_credit_request(${id}, 'cancel', ${pia.player_id})`.execute();
    await waitForLock(database);
    return { cancelled: readRefusal(cancelling) };
  });
  expect(await cancelled).toBe('request_already_closed');
});

test('a request is not decided while its player cancels it', async () => {
  const max = await createPlayer(database, 'max', 'manager');
  const { id } = await requestCredits(database, pia, 10);
  const { decided } = await database.sql.begin(async (sql) => {
    await sql`select public.cancel_credit_request(${id}, 'cancel', ${pia.player_id})`;
    const deciding = readRefusal(decideRequest({ ...database, sql: other }, max, id));
    await waitForLock(database);
    return { decided: deciding };
  });
  expect(await decided).toBe('request_cancelled');
});
