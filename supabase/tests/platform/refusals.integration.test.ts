import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownSchemas } from '#dev/database/own-schemas.ts';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { refusalStatuses } from '#domain/platform/refusal-codes.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('every refusal of the database is listed with its status, and nothing else is', async () => {
  const functions = await database.sql<{ body: string }[]>`
    select prosrc as body from pg_proc
    where pronamespace::regnamespace::text = any (${[...ownSchemas]}) and prosrc ~ 'refuse\\('`;
  const raised = functions.flatMap(({ body }) =>
    [...body.matchAll(/refuse\(\s*(\d{3}),\s*'([a-z_]+)'/g)].map(([, status, code = '']) => ({
      code,
      status: Number(status),
    })),
  );
  expect(raised.length).toBeGreaterThan(80);
  const found = new Map<string, Set<number>>();
  for (const { code, status } of raised) found.set(code, (found.get(code) ?? new Set()).add(status));
  const statuses = Object.fromEntries(
    [...found].map(([code, set]) => [code, [...set].sort()] as const).sort(([a], [b]) => a.localeCompare(b)),
  );
  expect(statuses).toEqual(refusalStatuses);
});
