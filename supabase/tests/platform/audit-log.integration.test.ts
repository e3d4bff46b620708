import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

function record(after: Record<string, unknown> = { n: 1 }) {
  return database.sql`
    select platform.record_audit('thing.changed', 'thing', '1', null, ${database.sql.json(JSON.parse(JSON.stringify(after)))}, null, 'web')`;
}

async function verify(): Promise<Record<string, unknown>> {
  const [row] = await database.sql<
    { report: Record<string, unknown> }[]
  >`select public.verify_audit_chain() as report`;
  return row?.report ?? {};
}

/** As only a superuser can: with triggers disabled. */
async function tamper(statement: string): Promise<void> {
  await database.admin.begin(async (transaction) => {
    await transaction.unsafe('set local session_replication_role = replica');
    await transaction.unsafe(statement);
  });
}

test('rows written in parallel form one chain without a gap', async () => {
  await Promise.all(Array.from({ length: 25 }, (_, index) => record({ index })));
  const rows = await database.sql`select position::int from platform.audit_chain order by position`;
  expect(rows.map(({ position }) => position)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  expect(await verify()).toMatchObject({ is_intact: true, checked: 25, reason: null });
});

test('a transaction that fails leaves no trace and no gap', async () => {
  await record();
  await database.sql
    .begin(async (transaction) => {
      await transaction`select platform.record_audit('thing.changed', 'thing', '1', null, null, null, 'web')`;
      throw new Error('no');
    })
    .catch(() => undefined);
  await record();
  expect(await verify()).toMatchObject({ is_intact: true, checked: 2 });
});

test('the seal is the same in every time zone', async () => {
  await record();
  await database.sql.begin(async (transaction) => {
    await transaction.unsafe("set local time zone 'Asia/Tokyo'");
    const [row] = await transaction`select public.verify_audit_chain() as report`;
    expect(row?.report).toMatchObject({ is_intact: true });
  });
});

test.each([
  [
    'a changed row',
    "update public.audit_log set action = 'thing.removed' where ctid = (select min(ctid) from public.audit_log)",
    'row_changed',
  ],
  [
    'a removed row',
    'delete from public.audit_log where ctid = (select min(ctid) from public.audit_log)',
    'row_missing',
  ],
  ['a removed seal', 'delete from platform.audit_chain where position = 2', 'seal_missing'],
  ['a forged seal', "update platform.audit_chain set hash = 'x' where position = 2", 'row_changed'],
  [
    'an unsealed row',
    "insert into public.audit_log (action, subject, source) values ('a.b', 'c', 'd')",
    'row_unsealed',
  ],
])('%s is detected', async (_name, statement, reason) => {
  for (let count = 0; count < 3; count += 1) await record();
  await tamper(statement);
  expect(await verify()).toMatchObject({ is_intact: false, reason });
});

test('a truncated tail is detected by a stored head', async () => {
  for (let count = 0; count < 3; count += 1) await record();
  const { head } = await verify();
  await tamper('delete from platform.audit_chain where position = 3');
  await tamper('delete from public.audit_log where id not in (select audit_id from platform.audit_chain)');
  const report = await verify();
  expect(report.is_intact).toBe(true);
  expect(report.head).not.toBe(head);
});

test('secrets never reach the log, however deeply nested', async () => {
  await record({
    name: 'x',
    access_token: 'abc',
    nested: [{ client_secret: 'abc', password: 'abc' }],
    key_hash: 'abc',
  });
  const [row] = await database.sql`select after from public.audit_log`;
  expect(row?.after).toEqual({
    name: 'x',
    access_token: '[redacted]',
    nested: [{ client_secret: '[redacted]', password: '[redacted]' }],
    key_hash: '[redacted]',
  });
});
