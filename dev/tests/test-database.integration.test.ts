import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

describe('a test database', () => {
  it('has the migrations and belongs to a role that is not a superuser', async () => {
    const [owner] = await database.sql`
      select current_user as name, rolsuper as is_superuser from pg_roles where rolname = current_user`;
    expect(owner).toEqual({ name: 'postgres', is_superuser: false });
    const [history] = await database.sql`
      select count(*)::int as count from supabase_migrations.schema_migrations`;
    expect(history?.count).toBeGreaterThan(0);
  });

  it('shares nothing with another one', async () => {
    const other = await createTestDatabase();
    await database.sql`create table public.only_here ()`;
    const [found] = await other.sql`select to_regclass('public.only_here') as name`;
    await other.drop();
    expect(found?.name).toBeNull();
  });

  it('stores and compares text as UTF-8', async () => {
    const [row] = await database.sql`select lower('ŻÓŁĆ') as lower, length('日本語') as length`;
    expect(row).toEqual({ lower: 'żółć', length: 3 });
  });
});

describe('roles as on a hosted project', () => {
  it('grants clients nothing on a new table', async () => {
    await database.sql`create table public.ungranted (id int)`;
    const [row] = await database.sql`
      select bool_or(has_table_privilege(role, 'public.ungranted', 'select')) as is_readable
      from unnest(array['anon', 'authenticated', 'service_role']) as role`;
    expect(row?.is_readable).toBe(false);
  });

  it('lets migrations read auth.users, refer to it and put triggers on it, but not change it', async () => {
    await database.sql`
      create table public.refers_to_users (user_id uuid references auth.users (id) on delete cascade)`;
    await database.sql`
      create function public.ignore_user() returns trigger language plpgsql as 'begin return new; end'`;
    await database.sql`
      create trigger ignore_user after insert on auth.users for each row execute function public.ignore_user()`;
    expect(await database.sql`select id from auth.users`).toHaveLength(0);
    await expect(database.sql`alter table auth.users add column extra text`).rejects.toThrow('must be owner');
    await expect(database.sql`create table auth.extra ()`).rejects.toThrow('permission denied');
  });

  it('keeps secrets from clients', async () => {
    const [created] = await database.sql`select vault.create_secret('s3cret', 'one') as id`;
    await database.sql`select vault.update_secret(${created?.id}, 'changed')`;
    const [row] = await database.sql`select decrypted_secret from vault.decrypted_secrets where name = 'one'`;
    expect(row?.decrypted_secret).toBe('changed');
    for (const role of ['anon', 'authenticated']) {
      const reading = database.sql.begin(async (transaction) => {
        await transaction`set local role ${transaction(role)}`;
        await transaction`select decrypted_secret from vault.decrypted_secrets`;
      });
      await expect(reading).rejects.toThrow('permission denied');
    }
  });
});
