import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { storableText, storableTime } from './storable.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

test.each([
  '0000-12-31T23:59:59Z',
  '0001-01-01T00:00:00Z',
  '0001-01-01T00:00:00+15:59',
  '9999-12-31T23:59:59.999999-15:59',
  '2024-02-29T00:00:00+16:00',
  '2024-02-29T00:00:00-23:59',
  '2025-02-29T00:00:00Z',
  `2024-02-29T00:00:00.${'1'.repeat(19)}Z`,
  `2024-02-29T00:00:00.${'1'.repeat(200)}Z`,
])('the time %s is taken if Postgres takes it', async (time) => {
  const [row] = await database.sql`select pg_input_is_valid(${time}, 'timestamptz') as is_valid`;
  expect(storableTime.safeParse(time).success).toBe(row?.is_valid);
});

test.each(['whole 😀 \\u0000', 'a\0', 'half \ud800'])(
  'the text %j is taken if Postgres takes it in JSON',
  async (text) => {
    const json = JSON.stringify({ text });
    const read = database.sql`select ${json}::text::jsonb ->> 'text' as text`;
    const isRead = await read.then(
      (rows) => rows[0]?.text === text,
      () => false,
    );
    expect(storableText.safeParse(text).success).toBe(isRead);
  },
);
