import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { applyMigrations, assertKnownLayout } from './migrate.ts';
import { migrationsDirectory } from './migration-files.ts';

let database: TestDatabase;
let project: string;
beforeEach(async () => {
  database = await createTestDatabase();
  project = mkdtempSync(path.join(tmpdir(), 'project-'));
  mkdirSync(path.join(project, 'supabase'));
  writeFileSync(path.join(project, 'supabase/config.toml'), 'project_id = "later"\n');
  cpSync(migrationsDirectory, path.join(project, 'supabase/migrations'), { recursive: true });
});
afterEach(async () => {
  rmSync(project, { recursive: true });
  await database.drop();
});

test('data of an earlier migration gets those that came later, once, and keeps its rows', async () => {
  await database.sql`select public.upsert_guild('700000000000000001', 'Guild')`;
  const later = 'alter table public.guilds add column motto text;';
  writeFileSync(path.join(project, 'supabase/migrations/29990101000000_add_motto.sql'), later);
  expect(await applyMigrations(database.url, project)).toBe(1);
  expect(await applyMigrations(database.url, project)).toBe(0);
  expect(await database.sql`select name, motto from public.guilds`).toEqual([{ name: 'Guild', motto: null }]);
});

test('data of all, some or none of these migrations has a known layout', async () => {
  await assertKnownLayout(database.superuserUrl);
  await database.admin`delete from supabase_migrations.schema_migrations`;
  await assertKnownLayout(database.superuserUrl);
  await database.admin`drop schema supabase_migrations cascade`;
  await assertKnownLayout(database.superuserUrl);
});

test.each([
  ['20261101000100', 'an older'],
  ['29990101000000', 'a newer'],
])('data of the migration %s, which is not here, is of %s layout', async (version, age) => {
  await database.admin`insert into supabase_migrations.schema_migrations (version) values (${version})`;
  await expect(assertKnownLayout(database.superuserUrl)).rejects.toThrow(
    `The data is of ${age} layout that cannot be migrated: begin with new data, with npm start -- --fresh.`,
  );
});
