// The result stored under a key belongs to one command of one person, whatever else has the same name, person or
// key.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('each command of each person keeps its own result under its own key', async () => {
  const [pia, ada] = [randomUUID(), randomUUID()];
  const commands = [
    ['spend', pia, 'key'],
    ['spend', pia, 'other key'],
    ['spend', ada, 'key'],
    ['spend', null, 'key'],
    ['grant', pia, 'key'],
  ] as const;
  const begin = async (index: number) => {
    const [command = '', actor = null, key = ''] = commands[index] ?? [];
    const [row] = await database.sql`
      select platform.begin_command(${command}, ${actor}, ${key}, '{"amount": 1}') as result`;
    return row?.result;
  };
  const finish = async (index: number) => {
    const [command = '', actor = null, key = ''] = commands[index] ?? [];
    const [row] = await database.sql`
      select platform.finish_command(${command}, ${actor}, ${key}, ${database.sql.json({ index })}) as result`;
    return row?.result;
  };
  const indexes = commands.map((_, index) => index);
  for (const index of indexes) expect(await begin(index)).toBeNull();
  for (const index of indexes) expect(await finish(index)).toEqual({ index, replayed: false });
  for (const index of indexes) expect(await begin(index)).toEqual({ index, replayed: true });
  const [row] = await database.sql`select platform.finish_command('refund', ${pia}, 'key', '{}') as result`;
  expect(row?.result).toBeNull();
});
