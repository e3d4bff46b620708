import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPreparedDatabase, createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { composeMigration } from './compose-migration.ts';
import { declareDatabase } from './declare-database.ts';
import { findDrift } from './find-drift.ts';

let migrated: TestDatabase;
let declared: TestDatabase;
beforeEach(async () => {
  [migrated, declared] = await Promise.all([createTestDatabase(), createPreparedDatabase()]);
  await declareDatabase(declared.url);
});
afterEach(() => Promise.all([migrated.drop(), declared.drop()]));

test('migrations and schemas make the same database', async () => {
  expect(await findDrift(migrated.url, declared.url)).toEqual({ statements: '', opposite: '', facts: [] });
});

test('whatever a schema file changes is found, and the migration brings it about', async () => {
  await declared.sql.unsafe(`
    alter table public.guilds add column motto text;
    create index guilds_motto_idx on public.guilds (motto);
    comment on column public.guilds.motto is 'What the guild says.';
    grant select on integrations.api_keys to anon;
    create function roles.greet() returns text language sql set search_path = '' as 'select ''Hello''';
    alter policy "Managers see the servers" on public.guilds using (false);
    update platform.attempt_limits set limit_count = 1 where action = 'search';
    select cron.schedule('sweep-outbox', '7 seconds', 'select platform.sweep_outbox()')`);
  const drift = await findDrift(migrated.url, declared.url);
  for (const object of [
    'column public.guilds.motto',
    'index public.guilds_motto_idx',
    'function roles.greet()',
    'relation integrations.api_keys',
    'policy public.guilds Managers see the servers',
    'row of platform.attempt_limits',
    'job sweep-outbox',
  ]) {
    expect(drift.facts).toContainEqual(expect.stringContaining(`+ ${object}`));
  }
  for (const statement of [
    'ADD COLUMN "motto"',
    'guilds_motto_idx',
    'What the guild says.',
    'roles.greet',
    'anon',
  ]) {
    expect(drift.statements).toContain(statement);
  }
  expect(drift.opposite).toContain('DROP COLUMN "motto"');
  const migration = composeMigration(drift);
  expect(migration).toContain('--   + job sweep-outbox');
  await migrated.sql.unsafe(`${migration}
    update platform.attempt_limits set limit_count = 1 where action = 'search';`);
  const { facts } = await findDrift(migrated.url, declared.url);
  // The comparison has removed the jobs of both databases.
  expect(facts).toEqual([]);
});
