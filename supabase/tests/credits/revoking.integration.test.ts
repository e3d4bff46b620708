// Credits that an admin takes back, and the warning when few are left.
import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { waitForLock } from '../wait-for-lock.ts';

let database: TestDatabase;
let pia: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  ada = await createPlayer(database, 'ada', 'admin');
});
afterEach(() => database.drop());

async function give(player: Player, amount: number, expiresAt: Date | null = null): Promise<void> {
  await database.sql`
    select credits.grant_to_player(jsonb_populate_record(null::public.credit_transfers, jsonb_build_object(
      'player_id', ${player.player_id}::uuid, 'credit_type', 'ai', 'amount', ${amount}::int,
      'idempotency_key', ${randomUUID()}::text)), ${expiresAt})`;
}
const revoke = (by: Player, from: Player, amount: number, key: string = randomUUID()) =>
  runAs(database, by, async (sql) => {
    const [row] = await sql`
      select public.revoke_credits(${from.player_id}, 'ai', ${amount}, 'Granted twice', ${key}) as answer`;
    return row?.answer;
  });
async function readBooks() {
  const [row] = await database.sql`
    select (select balance::int from public.credit_accounts where kind = 'available') as available,
      (select -balance::int from public.credit_accounts where kind = 'issuance') as issued,
      (select sum(available)::int from public.credit_lots) as lots`;
  return { ...row };
}

test('an admin takes back what a player has, once per key, soonest-expiring first', async () => {
  await give(pia, 30);
  await give(pia, 20, new Date(Date.now() + 3_600_000));
  const answer = await revoke(ada, pia, 25, 'k');
  expect(answer).toMatchObject({
    transfer: { kind: 'revoke', amount: 25, reason: 'Granted twice', actor_id: ada.player_id, source: 'web' },
    balances: { ai: { available: 25 } },
    replayed: false,
  });
  expect(await revoke(ada, pia, 25, 'k')).toEqual({ ...answer, replayed: true });
  expect(await readBooks()).toEqual({ available: 25, issued: 25, lots: 25 });
  const [left] = await database.sql`
    select sum(available)::int as amount from public.credit_lots where expires_at is null`;
  expect(left).toEqual({ amount: 25 });
  expect(await readRefusal(revoke(ada, pia, 26))).toBe('credits_insufficient');
});

test('only admins take credits back, never from themselves, and large amounts need a second approver', async () => {
  await give(pia, 2_000);
  const max = await createPlayer(database, 'max', 'manager');
  expect(await readRefusal(revoke(max, pia, 5))).toBe('admin_only');
  expect(await readRefusal(revoke(pia, pia, 5))).toBe('admin_only');
  expect(await readRefusal(revoke(ada, ada, 5))).toBe('own_revoke');
  await revoke(ada, pia, 400);
  expect(await readRefusal(revoke(ada, pia, 101))).toBe('second_approval_needed');
  await revoke(ada, pia, 100);
});

test('the only admin takes back alone what would otherwise need two', async () => {
  await give(pia, 2_000);
  await revoke(ada, pia, 1_000);
  const rows = await database.sql`
    select (after ->> 'is_fallback')::boolean as is_fallback from public.audit_log where action = 'credits.revoke'`;
  expect([...rows]).toEqual([{ is_fallback: true }]);
});

test('a player is warned once when credits run low, and again after they had more', async () => {
  const listWarnings = async () => {
    const rows = await database.sql`
      select (data ->> 'available')::int as available from platform.outbox where name = 'credits/balance.low'
      order by seq`;
    return rows.map(({ available }) => available as number);
  };
  await give(pia, 60);
  await revoke(ada, pia, 10);
  expect(await listWarnings()).toEqual([]);
  await database.sql`select public.hold_credits(${pia.player_id}, 'ai', 1, 'An order', 'hold')`;
  await revoke(ada, pia, 20);
  expect(await listWarnings()).toEqual([49]);
  await give(pia, 100);
  await database.sql`select public.spend_credits(${pia.player_id}, 'ai', 100, 'An order', 'spend')`;
  expect(await listWarnings()).toEqual([49, 29]);
  await database.sql`delete from credits.low_balances`;
  await give(pia, 100);
  await revoke(ada, pia, 129);
  expect(await listWarnings()).toEqual([49, 29]);
});

test('the expiry sweep and a spend take their locks in the same order', async () => {
  const zoe = await createPlayer(database, 'zoe');
  for (const player of [pia, zoe]) {
    await give(player, 5, new Date());
    await give(player, 50);
  }
  const sweeper = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    const { swept } = await database.sql.begin(async (spender) => {
      // As a spender whose own credits have expired: the player's account, then the system's.
      await spender`select credits.expire_lots(${zoe.player_id}, 'ai')`;
      const sweep = sweeper<{ count: number }[]>`select credits.expire_lots() as count`.execute();
      await waitForLock(database);
      await spender`select public.spend_credits(${zoe.player_id}, 'ai', 10, 'An order', 'spend')`;
      return { swept: sweep };
    });
    expect(await swept).toEqual([{ count: 1 }]);
  } finally {
    await sweeper.end({ timeout: 1 });
  }
});
