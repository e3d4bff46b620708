// What managers see of the ledger: lists, one transfer, days, totals, and what expires.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';

let database: TestDatabase;
let pia: Player;
let zoe: Player;
let max: Player;
let ada: Player;
const ids: Record<string, string> = {};

async function move(name: string, call: string, args: (string | number | Date | null)[]): Promise<void> {
  const [row] = await database.sql.unsafe<{ id: string }[]>(
    `select public.${call} #>> '{transfer,id}' as id`,
    args,
  );
  ids[name] = row?.id ?? '';
}
const grant = (name: string, to: Player, amount: number, expires: Date | null = null) =>
  move(name, "grant_credits($1, 'ai', $2, $3, $4, $5, $6)", [
    to.player_id,
    amount,
    `For ${name}`,
    randomUUID(),
    expires,
    ada.player_id,
  ]);

beforeAll(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  zoe = await createPlayer(database, 'zoe');
  max = await createPlayer(database, 'max', 'manager');
  ada = await createPlayer(database, 'ada', 'admin');
  await grant('first', pia, 100, new Date('2999-01-01'));
  await grant('second', zoe, 200);
  await move('spent', "spend_credits($1, 'ai', 30, 'A summary', $2, 'api:crm')", [
    pia.player_id,
    randomUUID(),
  ]);
  await move('held', "hold_credits($1, 'ai', 20, 'A search', $2)", [pia.player_id, randomUUID()]);
  await move('captured', "end_credit_hold($1, 'capture', $2, 5)", [ids.held ?? '', randomUUID()]);
  await move('reversed', "reverse_credit_transfer($1, 'A mistake', $2, $3)", [
    ids.spent ?? '',
    randomUUID(),
    ada.player_id,
  ]);
  await move('revoked', "revoke_credits($1, 'ai', 50, 'Too much', $2, $3)", [
    zoe.player_id,
    randomUUID(),
    ada.player_id,
  ]);
});
afterAll(() => database.drop());

interface Page {
  rows: { id: string; amount: number }[];
  next_cursor: string | null;
}
async function list(by: Player, filters: Record<string, unknown>): Promise<Page> {
  return runAs(database, by, async (sql) => {
    const named = Object.entries(filters).map(
      ([name, value]) => sql`${sql.unsafe(name)} => ${String(value)}`,
    );
    const list = named.flatMap((part, index) => (index ? [sql`, `, part] : [part]));
    const [row] = await sql<{ page: Page }[]>`select public.list_credit_transfers(${list}) as page`;
    if (!row) throw new Error('No page came.');
    return row.page;
  });
}
const nameOf = (id: string) => Object.entries(ids).find(([, known]) => known === id)?.[0];
const listNames = async (by: Player, filters: Record<string, unknown>) =>
  (await list(by, filters)).rows.map(({ id }) => nameOf(id));

describe('the list of transfers', () => {
  test.each<[Record<string, unknown>, string[]]>([
    [{ player: 'zoe' }, ['revoked', 'second']],
    [{ player: 'PIA', kind: 'hold' }, ['held']],
    [{ kind: 'grant' }, ['second', 'first']],
    [{ amount_min: 50, amount_max: 100 }, ['revoked', 'first']],
    [{ actor: 'ada', kind: 'reversal' }, ['reversed']],
    [{ actor: 'api' }, ['captured', 'held', 'spent']],
    [{ reason: 'for FIRST' }, ['first']],
    [{ credit_type: 'lead' }, []],
    [{ since: '2999-01-01' }, []],
    [{ until: '2999-01-01', kind: 'spend' }, ['spent']],
    [{ player: 'nobody' }, []],
    [{ kind: 'grant', sort_by: 'amount', is_descending: false }, ['first', 'second']],
  ])('is filtered by %j', async (filters, names) => {
    expect(await listNames(max, filters)).toEqual(names);
  });

  test.each([
    ['created_at', true],
    ['created_at', false],
    ['amount', true],
    ['amount', false],
  ])('sorted by %s (descending: %s), its pages hold each transfer once', async (sortBy, isDescending) => {
    const all = await list(max, { sort_by: sortBy, is_descending: isDescending });
    const rows: Page['rows'] = [];
    let after: string | null = null;
    do {
      const page: Page = await list(max, {
        sort_by: sortBy,
        is_descending: isDescending,
        max_rows: 2,
        ...(after && { after }),
      });
      rows.push(...page.rows);
      after = page.next_cursor;
    } while (after !== null);
    expect(rows).toEqual(all.rows);
    expect(rows).toHaveLength(7);
  });

  test('refuses an unknown order and a cursor of another', async () => {
    expect(await readRefusal(list(max, { sort_by: 'reason' }))).toBe('sort_invalid');
    expect(await readRefusal(list(max, { after: 'x_y' }))).toBe('cursor_invalid');
    const { next_cursor } = await list(max, { max_rows: 1 });
    expect(await readRefusal(list(max, { sort_by: 'amount', after: next_cursor }))).toBe('cursor_invalid');
  });

  test('shows the balance before and after, and who did it', async () => {
    const page = await list(max, { kind: 'spend' });
    expect(page.rows).toEqual([
      expect.objectContaining({
        username: 'pia',
        actor_name: null,
        source: 'api:crm',
        balance_before: 100,
        balance_after: 70,
      }),
    ]);
    expect(page.rows[0]).not.toHaveProperty('idempotency_key');
  });

  test('shows a player only their own transfers', async () => {
    expect(await listNames(zoe, { max_rows: 10 })).toEqual(['revoked', 'second']);
    expect(await listNames(zoe, { player: 'pia' })).toEqual([]);
  });
});

test('one transfer comes with its entries and all that belongs to it', async () => {
  const get = (by: Player, name: string) =>
    runAs(database, by, async (sql) => {
      const [row] = await sql`select public.get_credit_transfer(${ids[name] ?? ''}) as transfer`;
      return row?.transfer;
    });
  expect(await get(max, 'first')).toMatchObject({
    kind: 'grant',
    entries: [
      { account: 'issuance', is_system: true, amount: -100, balance_before: 0, balance_after: -100 },
      { account: 'available', is_system: false, amount: 100, balance_before: 0, balance_after: 100 },
    ],
    lot: { available: 80, held: 15, expires_at: '2999-01-01T00:00:00+00:00' },
    reversed_by: null,
  });
  expect(await get(max, 'held')).toMatchObject({
    endings: [{ id: ids.captured, kind: 'capture', amount: 5 }],
  });
  expect(await get(max, 'spent')).toMatchObject({
    reversed_by: ids.reversed,
    lots: [{ amount: 30, granted_by: ids.first }],
  });
  expect(await get(zoe, 'first')).toBeNull();
});

test('what expires is listed, soonest first', async () => {
  const read = (days: number) =>
    runAs(database, max, async (sql) => {
      const [row] = await sql`select public.list_expiring_lots(${days}) as page`;
      return row?.page;
    });
  expect(await read(30)).toEqual({ rows: [], next_cursor: null });
  await database.sql`update public.credit_lots set expires_at = now() + interval '20 days' where granted = 100`;
  expect(await read(30)).toMatchObject({ rows: [{ username: 'pia', available: 80, granted: 100 }] });
  expect(await read(19)).toMatchObject({ rows: [] });
});

describe('days and totals', () => {
  const readDays = (by: Player) =>
    runAs(database, by, async (sql) => {
      const [row] = await sql`select public.get_credit_days('ai', 3) as days`;
      return row?.days as unknown[];
    });

  test('are the same, whether days were summed up or not', async () => {
    await database.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`
        update public.credit_transfers set created_at = created_at - interval '1 day'
        where id in (${ids.first ?? ''}, ${ids.held ?? ''})`;
    });
    const live = await readDays(max);
    expect(live).toMatchObject([
      { issued: 0, held: 0 },
      { issued: 100, consumed: 0, taken_back: 0, held: 20 },
      { issued: 200, consumed: 5, taken_back: 50, expired: 0, held: 15 },
    ]);
    const [first] = await database.sql`select credits.sum_finished_days()::text as day`;
    const [again] = await database.sql`select credits.sum_finished_days()::text as day`;
    expect(again).toEqual(first);
    const [kept] = await database.sql`select count(*)::int as row_count from credits.credit_days`;
    expect(kept?.row_count).toBeLessThanOrEqual(1);
    expect(await readDays(max)).toEqual(live);
  });

  test('say where all credits are', async () => {
    const read = (by: Player) =>
      runAs(database, by, (sql) => sql`select public.get_credit_totals() as totals`);
    const [row] = await read(max);
    expect(row?.totals.ai).toEqual({
      issued: 250,
      spent: 5,
      expired: 0,
      available: 230,
      held: 15,
      account_count: 2,
    });
    expect(await readRefusal(read(pia))).toBe('manager_only');
    expect(await readRefusal(readDays(pia))).toBe('manager_only');
  });
});
