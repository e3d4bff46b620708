// The check of the books notices whatever breaks a rule, and says so.
import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';
import { decideRequest, requestCredits } from '../credit-stage.ts';

let database: TestDatabase;
let pia: Player;
let ada: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  ada = await createPlayer(database, 'ada', 'admin');
  const { sql } = database;
  await sql`select public.grant_credits(${pia.player_id}, 'ai', 100, 'A gift', 'k', null, ${ada.player_id})`;
  await sql`select public.spend_credits(${pia.player_id}, 'ai', 10, 'A summary', ${randomUUID()})`;
  const [held] = await sql`
    select public.hold_credits(${pia.player_id}, 'ai', 20, 'A search', 'hold') #>> '{transfer,id}' as id`;
  await sql`select public.end_credit_hold(${held?.id}, 'release', 'end', 5)`;
  const request = await requestCredits(database, pia, 7);
  await decideRequest(database, ada, request.id);
});
afterEach(() => database.drop());

interface Check {
  problem_count: number;
  problems: { rule: string; expected: string; found: string }[];
  transfer_count: number;
  entry_count: number;
  account_count: number;
  requested_by_name: string | null;
}
async function check(): Promise<Check> {
  const [row] = await database.sql<{ made: Check }[]>`select credits.check_books() as made`;
  if (!row) throw new Error('No check was made.');
  return row.made;
}
/** Breaks the books as no command can: without triggers, as the owner of the cluster. */
async function tamper(statement: string): Promise<void> {
  await database.admin.begin(async (sql: postgres.TransactionSql) => {
    await sql`set local session_replication_role = replica`;
    await sql.unsafe(statement);
  });
}

test('books that balance have no problem', async () => {
  expect(await check()).toMatchObject({
    problem_count: 0,
    problems: [],
    transfer_count: 5,
    entry_count: 10,
    account_count: 4,
    requested_by_name: null,
  });
  const events = await database.sql`select from platform.outbox where name = 'credits/books.unbalanced'`;
  expect(events).toHaveLength(0);
});

const spend = "(select id from public.credit_transfers where kind = 'spend')";
const available = "(select id from public.credit_accounts where kind = 'available')";
describe.each<[string, string, string[]]>([
  [
    'an entry is changed',
    `update public.credit_entries set amount = amount + 1, balance_after = balance_after + 1
     where transfer_id = ${spend} and account_id = ${available}`,
    ['balance_equals_entries', 'entries_follow', 'transfer_balances'],
  ],
  [
    'an entry is gone',
    `delete from public.credit_entries where transfer_id = ${spend} and account_id = ${available}`,
    ['balance_equals_entries', 'entries_follow', 'transfer_balances'],
  ],
  [
    'a transfer is changed',
    `update public.credit_transfers set amount = 11 where id = ${spend}`,
    ['transfer_balances'],
  ],
  [
    'a transfer is given to another type',
    `update public.credit_transfers set credit_type = 'lead' where id = ${spend}`,
    ['entry_fits_transfer'],
  ],
  [
    'a balance is changed',
    `update public.credit_accounts set balance = balance + 1 where kind = 'available'`,
    ['balance_equals_entries', 'lots_equal_balance'],
  ],
  [
    'a version is skipped',
    `update public.credit_entries set account_version = account_version + 1
     where account_id = ${available} and account_version = (
       select max(account_version) from public.credit_entries where account_id = ${available})`,
    ['entries_follow'],
  ],
  [
    'a lot is changed',
    `update public.credit_lots set available = available + 1, granted = granted + 1 where granted = 100`,
    ['lot_per_grant', 'lots_equal_balance'],
  ],
  [
    'a lot is gone',
    `delete from public.credit_lots where granted = 7`,
    ['lot_per_grant', 'lots_equal_balance'],
  ],
  [
    'a hold is made smaller',
    `update public.credit_transfers set amount = 4 where kind = 'hold'`,
    ['hold_not_exceeded', 'holds_equal_balance', 'transfer_balances'],
  ],
  [
    'a request was paid with too little',
    `update public.credit_requests set amount = 8`,
    ['request_paid_once'],
  ],
  [
    'a sum of a day is changed',
    `insert into credits.summed_days (until) values (current_date + 1);
     insert into credits.credit_days select * from credits.sum_days(null, current_date + 1);
     update credits.credit_days set issued = issued + 1`,
    ['day_equals_transfers'],
  ],
])('if %s', (_name, statement, rules) => {
  test(`the check finds ${rules.join(', ')}`, async () => {
    await tamper(statement);
    const { problems, problem_count: problemCount } = await check();
    expect([...new Set(problems.map(({ rule }) => rule))].sort()).toEqual(rules);
    expect(problems).toHaveLength(problemCount);
    const events = await database.sql`
      select data ->> 'problem_count' as count from platform.outbox where name = 'credits/books.unbalanced'`;
    expect([...events]).toEqual([{ count: String(problemCount) }]);
  });
});

test('an admin checks the books, a manager reads the result, a player neither', async () => {
  const max = await createPlayer(database, 'max', 'manager');
  const checkAs = (by: Player) =>
    runAs(database, by, (sql) => sql`select public.check_credit_books() as made`);
  const list = (by: Player) => runAs(database, by, (sql) => sql`select public.list_book_checks() as checks`);
  await check();
  const [row] = await checkAs(ada);
  expect(row?.made).toMatchObject({ problem_count: 0, requested_by_name: 'ada' });
  expect(await readRefusal(checkAs(max))).toBe('admin_only');
  const [listed] = await list(max);
  expect(listed?.checks.map((made: Check) => made.requested_by_name)).toEqual(['ada', null]);
  expect(await readRefusal(list(pia))).toBe('manager_only');
});
