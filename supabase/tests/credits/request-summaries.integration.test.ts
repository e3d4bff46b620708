import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player } from '../personas.ts';
import { decideRequest, requestCredits } from './credit-stage.ts';

let database: TestDatabase;
let people: { pia: Player; max: Player };
beforeEach(async () => {
  database = await createTestDatabase();
  people = {
    pia: await createPlayer(database, 'pia'),
    max: await createPlayer(database, 'max', 'manager'),
  };
});
afterEach(() => database.drop());

const channel = '555555555555555555';
const [one, two] = ['666666666666666661', '666666666666666662'];

async function readSummary() {
  const [row] = await database.sql<{ summary: Record<string, unknown> }[]>`
    select public.get_request_summary(${channel}) as summary`;
  return row?.summary;
}

test('counts what waits by type, and what expires within a day', async () => {
  const first = await requestCredits(database, people.pia, 30);
  const second = await requestCredits(database, people.pia, 40);
  const third = await requestCredits(database, people.pia, 5);
  await decideRequest(database, people.max, third.id);
  await database.admin`
    update public.credit_requests set expires_at = now() + interval '23 hours' where id = ${second.id}`;
  const [times] = await database.sql`
    select min(created_at) as oldest, min(expires_at) as next from public.credit_requests
    where id in ${database.sql([first.id, second.id])}`;
  const summary = await readSummary();
  expect(summary).toMatchObject({
    ...{ message_id: null, waiting_count: 2, expiring_count: 1 },
    types: [{ credit_type: 'ai', waiting_count: 2, amount: 70 }],
  });
  expect(new Date(String(summary?.oldest_at))).toEqual(times?.oldest);
  expect(new Date(String(summary?.next_expiry_at))).toEqual(times?.next);
});

test('an overdue request no longer waits', async () => {
  const { id } = await requestCredits(database, people.pia, 30);
  await database.admin`update public.credit_requests set expires_at = now() where id = ${id}`;
  expect(await readSummary()).toEqual({
    ...{ message_id: null, waiting_count: 0, types: [] },
    ...{ oldest_at: null, next_expiry_at: null, expiring_count: 0 },
  });
});

test('the first message recorded counts, until it is replaced on purpose', async () => {
  const record = async (message: string, replaces: string | null = null) => {
    const [row] = await database.sql`
      select public.record_request_summary(${channel}, ${message}, ${replaces}) as message_id`;
    return row?.message_id;
  };
  expect(await record(one)).toBe(one);
  expect(await record(two)).toBe(one);
  expect(await record(two, one)).toBe(two);
  expect(await readSummary()).toMatchObject({ message_id: two });
});
