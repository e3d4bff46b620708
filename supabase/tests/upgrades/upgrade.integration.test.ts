// Databases of earlier versions, with rows in every table, are upgraded to what the schemas declare, and keep
// their rows.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { declareDatabase } from '#dev/database/declare-database.ts';
import { compareDescriptions, describeDatabase } from '#dev/database/describe-database.ts';
import { readMigrations } from '#dev/database/migration-files.ts';
import { ownSchemas } from '#dev/database/own-schemas.ts';
import { type PastState, upgradeDatabase } from '#dev/database/upgrade-database.ts';
import { createPreparedDatabase, type TestDatabase } from '#dev/tests/test-database.ts';

const pastStates: PastState[] = readdirSync(import.meta.dirname).flatMap((name) => {
  const version = /^rows-(\d{14})\.txt$/.exec(name)?.[1];
  if (version === undefined) return [];
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  return [{ version, rows: text.split('\n').filter((line) => line !== '') }];
});
const [newest] = pastStates.toReversed();

async function withPrepared<Result>(work: (database: TestDatabase) => Promise<Result>): Promise<Result> {
  const database = await createPreparedDatabase();
  try {
    return await work(database);
  } finally {
    await database.drop();
  }
}

const upgrade = (database: TestDatabase, past: PastState, further: { name: string; text: string }[] = []) =>
  upgradeDatabase({
    ownerUrl: database.url,
    superuserUrl: database.superuserUrl,
    schemas: ownSchemas,
    past,
    migrations: [...readMigrations(), ...further],
  });

const describe = (database: TestDatabase) =>
  describeDatabase(database.url, { schemas: ownSchemas, tables: [] });

test.each(pastStates)(
  'a database of $version with rows becomes the declared one, and keeps them',
  async (past) => {
    await withPrepared(async (upgraded) => {
      expect(await upgrade(upgraded, past)).toEqual([]);
      await withPrepared(async (declared) => {
        await declareDatabase(declared.url);
        expect(compareDescriptions(await describe(upgraded), await describe(declared))).toEqual([]);
      });
    });
  },
);

test.each(pastStates)('every table of $version has rows', async ({ version, rows }) => {
  await withPrepared(async (database) => {
    await upgradeDatabase({
      ownerUrl: database.url,
      superuserUrl: database.superuserUrl,
      schemas: ownSchemas,
      past: { version, rows: [] },
      migrations: readMigrations().filter(({ name }) => name.slice(0, 14) <= version),
    });
    const tables = await database.sql<{ name: string }[]>`
      select format('%I.%I', nspname, relname) as name
      from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where relkind = 'r' and nspname = any (${[...ownSchemas]})`;
    const filled = new Set(rows.map((row) => row.split('\t')[0]));
    expect(tables.map(({ name }) => name).filter((name) => !filled.has(name))).toEqual([]);
  });
});

test('a migration that loses rows is noticed', async () => {
  if (!newest) throw new Error('There is no past state.');
  const lossy = { name: '29990101000000_forget.sql', text: 'delete from platform.rate_limits;' };
  const lost = await withPrepared((database) => upgrade(database, newest, [lossy]));
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.every((row) => row.startsWith('platform.rate_limits '))).toBe(true);
});

test('a migration that leads elsewhere than the schemas is noticed', async () => {
  if (!newest) throw new Error('There is no past state.');
  const astray = {
    name: '29990101000000_astray.sql',
    text: 'alter table public.guilds add column motto text;',
  };
  await withPrepared(async (upgraded) => {
    await upgrade(upgraded, newest, [astray]);
    await withPrepared(async (declared) => {
      await declareDatabase(declared.url);
      expect(compareDescriptions(await describe(upgraded), await describe(declared))).toEqual([
        expect.stringContaining('- column public.guilds.motto'),
      ]);
    });
  });
});

test('a migration that the rows forbid is refused', async () => {
  if (!newest) throw new Error('There is no past state.');
  const strict = {
    name: '29990101000000_strict.sql',
    text: 'alter table public.profiles add column nickname text not null;',
  };
  await withPrepared(async (database) => {
    await expect(upgrade(database, newest, [strict])).rejects.toThrow('contains null values');
  });
});
