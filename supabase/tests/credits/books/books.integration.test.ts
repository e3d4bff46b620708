// For each kind of transfer: the two accounts, what it writes, and its lock order.
import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../../personas.ts';

let database: TestDatabase;
let pia: Player;
let ada: Player;
let request: postgres.Sql;

beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  ada = await createPlayer(database, 'ada', 'admin');
  request = postgres(database.url, { max: 1, onnotice: () => {} });
});
afterEach(async () => {
  await request.end({ timeout: 1 });
  await database.drop();
});

type AccountKind = 'available' | 'held' | 'issuance' | 'spent' | 'expired';
interface Answer {
  transfer: { id: string };
}

async function read(statement: PromiseLike<readonly postgres.Row[]>): Promise<string> {
  const [row] = await statement;
  const answer: Answer | undefined = row?.answer;
  if (!answer) throw new Error('No answer came.');
  return answer.transfer.id;
}

const grant = (sql: postgres.Sql, expires_at: Date | null = null): Promise<string> =>
  read(sql`
    select public.grant_credits(${pia.player_id}, 'ai', 60, 'gift', ${randomUUID()}, ${expires_at}, ${ada.player_id})
      as answer`);
const spend = (sql: postgres.Sql): Promise<string> =>
  read(sql`select public.spend_credits(${pia.player_id}, 'ai', 60, 'use', ${randomUUID()}) as answer`);
const hold = (sql: postgres.Sql): Promise<string> =>
  read(sql`select public.hold_credits(${pia.player_id}, 'ai', 60, 'order', ${randomUUID()}) as answer`);
const end = (sql: postgres.Sql, hold_id: string, ending: string): Promise<string> =>
  read(sql`select public.end_credit_hold(${hold_id}, ${ending}, ${randomUUID()}) as answer`);
const reverse = (sql: postgres.Sql, transfer_id: string): Promise<string> =>
  read(sql`
    select public.reverse_credit_transfer(${transfer_id}, 'mistake', ${randomUUID()}, ${ada.player_id}) as answer`);

const revoke = (sql: postgres.Sql): Promise<string> =>
  read(sql`
    select public.revoke_credits(${pia.player_id}, 'ai', 60, 'unused', ${randomUUID()}, ${ada.player_id}) as answer`);

interface Movement {
  name: string;
  kind: string;
  from: AccountKind;
  to: AccountKind;
  /** Sets up the precondition; its result is passed on. */
  prepare: () => Promise<string>;
  move: (sql: postgres.Sql, prepared: string) => Promise<unknown>;
}

async function grantEndingSoon(): Promise<string> {
  const id = await grant(database.sql, new Date(Date.now() + 3_600_000));
  await database.sql`update public.credit_lots set expires_at = now()`;
  return id;
}
const grantFirst = () => grant(database.sql);
const holdFirst = async () => {
  await grantFirst();
  return await hold(database.sql);
};
const spendFirst = async () => {
  await grantFirst();
  return await spend(database.sql);
};

const movements: readonly Movement[] = [
  {
    name: 'grant',
    kind: 'grant',
    from: 'issuance',
    to: 'available',
    prepare: grantFirst,
    move: (sql) => grant(sql),
  },
  { name: 'spend', kind: 'spend', from: 'available', to: 'spent', prepare: grantFirst, move: spend },
  { name: 'hold', kind: 'hold', from: 'available', to: 'held', prepare: grantFirst, move: hold },
  {
    name: 'release',
    kind: 'release',
    from: 'held',
    to: 'available',
    prepare: holdFirst,
    move: (sql, id) => end(sql, id, 'release'),
  },
  {
    name: 'capture',
    kind: 'capture',
    from: 'held',
    to: 'spent',
    prepare: holdFirst,
    move: (sql, id) => end(sql, id, 'capture'),
  },
  {
    name: 'expiry',
    kind: 'expire',
    from: 'available',
    to: 'expired',
    prepare: grantEndingSoon,
    move: (sql) => sql`select credits.expire_lots()`.execute(),
  },
  {
    name: 'reversal of a grant',
    kind: 'reversal',
    from: 'available',
    to: 'issuance',
    prepare: grantFirst,
    move: reverse,
  },
  {
    name: 'reversal of a spending',
    kind: 'reversal',
    from: 'spent',
    to: 'available',
    prepare: spendFirst,
    move: reverse,
  },
  { name: 'revoking', kind: 'revoke', from: 'available', to: 'issuance', prepare: grantFirst, move: revoke },
];

test('every kind of transfer is covered', async () => {
  const [row] = await database.sql<{ definition: string }[]>`
    select pg_get_constraintdef(oid) as definition from pg_constraint
    where conrelid = 'public.credit_transfers'::regclass and conname = 'credit_transfers_kind_check'`;
  const kinds = [...(row?.definition ?? '').matchAll(/'(\w+)'/g)].map((match) => match[1]);
  expect([...new Set(movements.map(({ kind }) => kind))].sort()).toEqual(kinds.sort());
});

interface Account {
  kind: AccountKind;
  player_id: string | null;
  balance: number;
  version: number;
}
const listAccounts = () =>
  database.sql<Account[]>`
    select kind, player_id, balance::int, version::int from public.credit_accounts where credit_type = 'ai' order by kind`;

describe.each(movements)('$name', ({ kind, from, to, prepare, move }) => {
  test('moves the amount from one account to the other and writes both books', async () => {
    const prepared = await prepare();
    const before = new Map((await listAccounts()).map((account) => [account.kind, account]));
    const [last] = await database.sql`select coalesce(max(id), 0) as id from public.credit_entries`;
    await move(request, prepared);
    const entries = await database.sql<postgres.Row[]>`
      select transfer.kind as transfer, transfer.amount::int as moved, account.kind, account.player_id, entry.amount::int,
        entry.account_version::int as version, entry.balance_before::int, entry.balance_after::int
      from public.credit_entries as entry
      join public.credit_accounts as account on account.id = entry.account_id
      join public.credit_transfers as transfer on transfer.id = entry.transfer_id
      where entry.id > ${last?.id} order by entry.amount`;
    const expected = [
      { account: from, amount: -60 },
      { account: to, amount: 60 },
    ].map(({ account, amount }) => {
      const { balance = 0, version = 0 } = before.get(account) ?? {};
      return {
        transfer: kind,
        moved: 60,
        kind: account,
        player_id: account === 'available' || account === 'held' ? pia.player_id : null,
        amount,
        version: version + 1,
        balance_before: balance,
        balance_after: balance + amount,
      };
    });
    expect([...entries]).toEqual(expected);
    const after = await listAccounts();
    expect(after.find((account) => account.kind === from)?.balance).toBe(expected[0]?.balance_after);
    expect(after.find((account) => account.kind === to)?.balance).toBe(expected[1]?.balance_after);
  });
});

const isOwn = (kind: AccountKind): boolean => kind === 'available' || kind === 'held';

describe.each(movements.filter(({ from, to }) => isOwn(from) !== isOwn(to)))(
  '$name',
  ({ from, to, prepare, move }) => {
    test('locks the account of the player before that of the system', async () => {
      const [own, system] = isOwn(from) ? [from, to] : [to, from];
      const prepared = await prepare();
      await database.sql`select credits.get_credit_account(null, 'ai', ${system})`;
      const lock = (sql: postgres.ISql, kind: AccountKind) => sql`
        select from public.credit_accounts where credit_type = 'ai' and kind = ${kind} for update nowait`;
      const work = await database.sql.begin(async (blocker) => {
        await lock(blocker, system);
        const moved = move(request, prepared);
        await vi.waitFor(async () => {
          const [waiting] = await database.admin<{ row_count: number }[]>`
            select count(*)::int as row_count from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`;
          expect(waiting?.row_count).toBe(1);
        });
        await expect(lock(database.admin, own)).rejects.toThrow('could not obtain lock');
        return { moved };
      });
      await work.moved;
    });
  },
);
