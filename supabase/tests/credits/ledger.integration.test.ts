import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';
import { decideRequest, requestCredits } from './credit-stage.ts';

let database: TestDatabase;
let pia: Player;
let ada: Player;
let ann: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  ada = await createPlayer(database, 'ada', 'admin');
  ann = await createPlayer(database, 'ann', 'admin');
});
afterEach(() => database.drop());

function grant(player: Player, amount: number, key: string = randomUUID(), expires_at: Date | null = null) {
  return database.sql`
    select public.grant_credits(${player.player_id}, 'ai', ${amount}, 'gift', ${key}, ${expires_at}, ${(player === ada ? ann : ada).player_id})`;
}
function spend(player: Player, amount: number, key: string = randomUUID()) {
  return database.sql`select public.spend_credits(${player.player_id}, 'ai', ${amount}, 'use', ${key})`;
}
async function getBalance(player: Player): Promise<number> {
  const [row] = await database.sql`select public.get_credit_balances(${player.player_id}) as balances`;
  return row?.balances.ai.available;
}

/** The invariants of the books, each as a count of violating rows. */
async function countFaults(): Promise<Record<string, number>> {
  const [row] = await database.sql<Record<string, number>[]>`
    select
      (select count(*)::int from public.credit_transfers as t
        where (select coalesce(sum(e.amount), 1) from public.credit_entries as e where e.transfer_id = t.id) <> 0)
        as unbalanced,
      (select count(*)::int from public.credit_accounts as a
        where a.balance <> (select coalesce(sum(e.amount), 0) from public.credit_entries as e where e.account_id = a.id))
        as drifted,
      (select count(*)::int from public.credit_accounts where player_id is not null and balance < 0) as overdrawn,
      (select coalesce(abs(sum(balance)), 0)::int from public.credit_accounts) as total,
      (select count(*)::int from (
        select balance_before - lag(balance_after, 1, 0::bigint)
          over (partition by account_id order by account_version) as gap from public.credit_entries) as chained
        where gap <> 0) as gaps,
      (select count(*)::int from public.credit_accounts as a where a.kind = 'available' and a.balance <> (
        select coalesce(sum(l.available), 0) from public.credit_lots as l
        where l.player_id = a.player_id and l.credit_type = a.credit_type)) as unlotted`;
  return row ?? {};
}
const none = { unbalanced: 0, drifted: 0, overdrawn: 0, total: 0, gaps: 0, unlotted: 0 };

test('the books balance under parallel grants, spends and decisions', async () => {
  const players = [pia, ada, await createPlayer(database, 'quinn'), await createPlayer(database, 'rob')];
  const max = await createPlayer(database, 'max', 'manager');
  await Promise.all(players.map((player) => grant(player, 50)));
  const work = Array.from({ length: 120 }, (_, index) => {
    const player = players[index % players.length] ?? pia;
    if (index % 3 === 0) return readRefusal(grant(player, 7));
    if (index % 3 === 1) return readRefusal(spend(player, 11));
    return requestCredits(database, pia, 5).then(
      (request) => readRefusal(decideRequest(database, max, request.id)),
      () => null,
    );
  });
  const results = await Promise.all(work);
  expect(results.filter((result) => result !== null && result !== 'credits_insufficient')).toEqual([]);
  expect(await countFaults()).toEqual(none);
});

test('parallel spends never take more than there is', async () => {
  await grant(pia, 100);
  const results = await Promise.all(Array.from({ length: 30 }, () => readRefusal(spend(pia, 10))));
  expect(results.filter((result) => result === null)).toHaveLength(10);
  expect(await getBalance(pia)).toBe(0);
  expect(await countFaults()).toEqual(none);
});

test('the same key spends once, and is marked as replayed the second time', async () => {
  await grant(pia, 100);
  const answers = await Promise.all(Array.from({ length: 5 }, () => spend(pia, 30, 'order-1')));
  const replays = answers.map(([row]) => row?.spend_credits.replayed);
  expect(replays.filter((replayed) => replayed === false)).toHaveLength(1);
  expect(await getBalance(pia)).toBe(70);
  expect(await readRefusal(spend(pia, 31, 'order-1'))).toBe('idempotency_key_reused');
});

test('credits that expire soonest are spent first, and the rest expires', async () => {
  const inAnHour = new Date(Date.now() + 3_600_000);
  await grant(pia, 10);
  await grant(pia, 10, 'soon', inAnHour);
  await spend(pia, 4);
  const lots =
    await database.sql`select available::int, expires_at is null as is_lasting from public.credit_lots order by id`;
  expect([...lots]).toEqual([
    { available: 10, is_lasting: true },
    { available: 6, is_lasting: false },
  ]);
  await database.sql`update public.credit_lots set expires_at = now() where expires_at is not null`;
  expect(await readRefusal(spend(pia, 11))).toBe('credits_insufficient');
  await Promise.all([database.sql`select credits.expire_lots()`, database.sql`select credits.expire_lots()`]);
  expect(await getBalance(pia)).toBe(10);
  expect(await countFaults()).toEqual(none);
});

test.each([
  ['an amount of zero', 0, 'amount_invalid'],
  ['a negative amount', -1, 'amount_invalid'],
  ['a huge amount', 10_000_000_000, 'amount_invalid'],
])('%s is refused', async (_name, amount, expected) => {
  expect(await readRefusal(grant(pia, amount))).toBe(expected);
  expect(await readRefusal(spend(pia, amount))).toBe(expected);
});

test('only admins grant credits', async () => {
  const max = await createPlayer(database, 'max', 'manager');
  const work = database.sql`
    select public.grant_credits(${pia.player_id}, 'ai', 1, 'gift', 'k', null, ${max.player_id})`;
  expect(await readRefusal(work)).toBe('admin_only');
});

test.each([
  'public.credit_transfers',
  'public.credit_entries',
  'credits.credit_lot_uses',
  'public.credit_decisions',
  'public.audit_log',
])('%s is append-only, even for the owner', async (table) => {
  const request = await requestCredits(database, pia, 5);
  await decideRequest(database, ada, request.id);
  await spend(pia, 5);
  for (const change of [`delete from ${table}`, `truncate ${table} cascade`]) {
    expect(await readRefusal(database.sql.unsafe(change))).toBe('append_only');
  }
  const [column] = await database.sql<{ name: string }[]>`
      select attname::text as name from pg_attribute
      where attrelid = ${table}::regclass and attnum > 0 and attidentity = '' limit 1`;
  const update = `update ${table} set ${column?.name} = ${column?.name}`;
  expect(await readRefusal(database.sql.unsafe(update))).toBe('append_only');
});

test('a transfer that does not balance cannot be committed', async () => {
  await grant(pia, 10);
  const work = database.sql.begin(async (transaction) => {
    const [transfer] = await transaction`
      insert into public.credit_transfers (kind, credit_type, player_id, amount, idempotency_key)
      values ('grant', 'ai', ${pia.player_id}, 5, 'forged') returning id`;
    const [account] = await transaction`
      update public.credit_accounts set balance = balance + 5, version = version + 1
      where player_id = ${pia.player_id} returning id, version, balance`;
    await transaction`
      insert into public.credit_entries (transfer_id, account_id, account_version, amount, balance_before, balance_after)
      values (${transfer?.id}, ${account?.id}, ${account?.version}, 5, ${account?.balance - 5}, ${account?.balance})`;
  });
  await expect(work).rejects.toThrow(/does not balance/);
});

test('a balance without matching entries cannot be committed', async () => {
  await grant(pia, 10);
  const work = database.sql`update public.credit_accounts set balance = balance + 5 where player_id = ${pia.player_id}`;
  await expect(work).rejects.toThrow(/does not follow from its entries/);
});

test('a decision whose session is killed halfway leaves no trace', async () => {
  const request = await requestCredits(database, pia, 5);
  const victim = postgres(database.url, { max: 1, onnotice: () => {} });
  await victim.unsafe('begin');
  await victim`select public.decide_credit_request(${request.id}, 'approve', null, 'k', ${ada.player_id})`;
  const [backend] = await victim`select pg_backend_pid() as pid`;
  await database.admin`select pg_terminate_backend(${backend?.pid}, 5000)`;
  await victim.end({ timeout: 1 });
  expect(await getBalance(pia)).toBe(0);
  expect(await countFaults()).toEqual(none);
  const answer = await decideRequest(database, ada, request.id, { key: 'k' });
  expect(answer).toMatchObject({ request: { state: 'approved' }, replayed: false });
  expect(await countFaults()).toEqual(none);
});
