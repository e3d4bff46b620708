// Grants that take effect later: paid once, whatever happens in between.
import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';

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

const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
interface Options {
  amount?: number;
  at?: Date;
  expires?: Date | null;
  key?: string;
}
async function schedule(by: Player, to: Player, options: Options = {}): Promise<string> {
  const { amount = 40, at = hours(1), expires = null, key = randomUUID() } = options;
  return runAs(database, by, async (sql) => {
    const [row] = await sql<{ id: string }[]>`
      select public.schedule_grant(${to.player_id}, 'ai', ${amount}, 'A quarterly bonus', ${at}, ${key}, ${expires})
        ->> 'id' as id`;
    return row?.id ?? '';
  });
}
const makeDue = () =>
  database.sql`update credits.scheduled_grants set effective_at = now() where state = 'waiting'`;
async function pay(sql: postgres.ISql = database.sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select credits.pay_scheduled_grants() as count`;
  return row?.count ?? -1;
}
const cancel = (by: Player, id: string) =>
  runAs(database, by, (sql) => sql`select public.cancel_scheduled_grant(${id})`);
async function readState(): Promise<string[]> {
  const rows = await database.sql<{ state: string }[]>`
    select state from credits.scheduled_grants order by created_at`;
  return rows.map(({ state }) => state);
}
async function readBalance(): Promise<number> {
  const [row] = await database.sql`select public.get_credit_balances(${pia.player_id}) as balances`;
  return row?.balances.ai.available;
}

test('a grant is paid when it is due, once, and expires as planned', async () => {
  await schedule(ada, pia, { expires: hours(100) });
  expect(await pay()).toBe(0);
  await makeDue();
  expect([await pay(), await pay()]).toEqual([1, 0]);
  expect(await readBalance()).toBe(40);
  const [lot] = await database.sql`
    select lot.expires_at = planned.expires_at as is_planned, transfer.actor_id, transfer.source
    from public.credit_lots as lot
    join public.credit_transfers as transfer on transfer.id = lot.transfer_id
    join credits.scheduled_grants as planned on planned.transfer_id = transfer.id`;
  expect(lot).toEqual({ is_planned: true, actor_id: ada.player_id, source: 'web' });
});

test('a payment that does not commit is made again, and two payers pay once', async () => {
  await schedule(ada, pia);
  await makeDue();
  await expect(
    database.sql.begin(async (sql) => {
      expect(await pay(sql)).toBe(1);
      throw new Error('killed');
    }),
  ).rejects.toThrow('killed');
  expect([await readBalance(), await readState()]).toEqual([0, ['waiting']]);
  const others = [1, 2, 3].map(() => postgres(database.url, { max: 1, onnotice: () => {} }));
  const counts = await Promise.all(others.map((sql) => pay(sql)));
  await Promise.all(others.map((sql) => sql.end({ timeout: 1 })));
  expect(counts.sort()).toEqual([0, 0, 1]);
  expect([await readBalance(), await readState()]).toEqual([40, ['paid']]);
});

test('a grant is cancelled before it is paid, or paid before it is cancelled', async () => {
  const id = await schedule(ada, pia);
  expect(await readRefusal(cancel(max, id))).toBe('admin_only');
  await cancel(ada, id);
  await makeDue();
  expect([await pay(), await readState()]).toEqual([0, ['cancelled']]);
  const paid = await schedule(ada, pia);
  await makeDue();
  await pay();
  expect(await readRefusal(cancel(ada, paid))).toBe('scheduled_grant_closed');
  expect(await readRefusal(cancel(ada, randomUUID()))).toBe('scheduled_grant_not_found');
});

test('what needs a second approver becomes a proposal when it is due, also in parts', async () => {
  await schedule(ada, pia, { amount: 400 });
  await schedule(ada, pia, { amount: 200 });
  await makeDue();
  expect(await pay()).toBe(2);
  expect((await readState()).sort()).toEqual(['paid', 'proposed']);
  const [request] = await database.sql`select kind, state, proposed_by from public.credit_requests`;
  expect(request).toEqual({ kind: 'grant', state: 'pending', proposed_by: ada.player_id });
});

test('the rules of the moment decide, and the page shows why', async () => {
  await schedule(ada, pia);
  await database.sql`update public.profiles set role = 'player' where id = ${ada.player_id}`;
  await makeDue();
  await pay();
  const [row] = await runAs(database, max, (sql) => sql`select public.list_scheduled_grants() as page`);
  expect(row?.page.rows).toMatchObject([
    {
      state: 'refused',
      refusal: 'The admin who scheduled it no longer has this role.',
      username: 'pia',
      created_by_name: 'ada',
    },
  ]);
  expect(await readBalance()).toBe(0);
});

test('scheduling follows the rules of granting, once per key', async () => {
  const at = hours(1);
  expect(await schedule(ada, pia, { key: 'k', at })).toBe(await schedule(ada, pia, { key: 'k', at }));
  expect(await readState()).toEqual(['waiting']);
  expect(await readRefusal(schedule(max, pia))).toBe('admin_only');
  expect(await readRefusal(schedule(ada, ada))).toBe('own_grant');
  expect(await readRefusal(schedule(ada, pia, { at: hours(-1) }))).toBe('effective_invalid');
  expect(await readRefusal(schedule(ada, pia, { at: hours(24 * 2_000) }))).toBe('effective_invalid');
  expect(await readRefusal(schedule(ada, pia, { expires: hours(0.5) }))).toBe('expiry_invalid');
  expect(await readRefusal(schedule(ada, pia, { amount: 0 }))).toBe('amount_invalid');
  const listing = runAs(database, pia, (sql) => sql`select public.list_scheduled_grants()`);
  expect(await readRefusal(listing)).toBe('manager_only');
});

test('players are warned a week and a day before credits expire, once each', async () => {
  const warn = async () => {
    await database.sql`select credits.warn_of_expiry()`;
    const rows = await database.sql`
      select (data ->> 'days_before')::int as days, (data ->> 'available')::int as available
      from platform.outbox where name = 'credits/lot.expiring' order by seq`;
    return rows.map(({ days, available }) => [days, available]);
  };
  await database.sql`
    select public.grant_credits(${pia.player_id}, 'ai', 30, 'A gift', 'k', ${hours(24 * 8)}, ${ada.player_id})`;
  await database.sql`
    select public.grant_credits(${pia.player_id}, 'ai', 5, 'A short gift', 'k2', ${hours(20)}, ${ada.player_id})`;
  expect(await warn()).toEqual([]);
  const age = (granted: number, left: string) =>
    database.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`update public.credit_transfers set created_at = now() - interval '20 days' where amount = ${granted}`;
      await sql`update public.credit_lots set expires_at = now() + ${left}::interval where granted = ${granted}`;
    });
  await age(30, '6 days');
  expect([await warn(), await warn()].at(-1)).toEqual([[7, 30]]);
  await age(30, '20 hours');
  expect([await warn(), await warn()].at(-1)).toEqual([
    [7, 30],
    [1, 30],
  ]);
});
