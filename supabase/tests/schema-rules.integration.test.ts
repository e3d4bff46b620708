import { afterAll, beforeAll, expect, test } from 'vitest';
import { areaSchemas, ownSchemas } from '#dev/database/own-schemas.ts';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { definerFunctions } from './definer-functions.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function list(query: string): Promise<string[]> {
  const rows = await database.sql.unsafe<{ name: string }[]>(query);
  return rows.map(({ name }) => name);
}

const ownFunctions = `
  from pg_proc as f join pg_namespace as n on n.oid = f.pronamespace
  where n.nspname = any ('{${ownSchemas}}') and not exists (
    select from pg_depend as d where d.objid = f.oid and d.deptype = 'e')`;
const ownTables = `
  from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
  where n.nspname = any ('{${ownSchemas}}') and c.relkind in ('r', 'p', 'v', 'm')`;

test('row-level security is on for every table', async () => {
  const open = await list(`select c.oid::regclass::text as name ${ownTables}
    and c.relkind in ('r', 'p') and not c.relrowsecurity`);
  expect(open).toEqual([]);
});

test('every table, view and function has a comment', async () => {
  const silentTables = await list(`select c.oid::regclass::text as name ${ownTables}
    and obj_description(c.oid, 'pg_class') is null`);
  const silentFunctions = await list(`select f.oid::regprocedure::text as name ${ownFunctions}
    and obj_description(f.oid, 'pg_proc') is null`);
  expect([...silentTables, ...silentFunctions]).toEqual([]);
});

test('no function depends on the search path', async () => {
  // Postgres does not allow it for procedures that commit; they qualify every name instead.
  const mutable = await list(`select f.oid::regprocedure::text as name ${ownFunctions} and f.prokind = 'f'
    and not coalesce(f.proconfig @> array['search_path=""'], false)`);
  expect(mutable).toEqual([]);
});

test("views run with their caller's rights", async () => {
  const definerViews = await list(`select c.oid::regclass::text as name ${ownTables} and n.nspname = 'public'
    and c.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=on'], false)
    and not coalesce(c.reloptions @> array['security_invoker=true'], false)`);
  expect(definerViews).toEqual([]);
});

test('only listed functions lend clients the rights of their owner', async () => {
  const lending = await list(`select distinct f.proname::text as name ${ownFunctions}
    and n.nspname = 'public' and f.prosecdef
    and (has_function_privilege('anon', f.oid, 'execute') or has_function_privilege('authenticated', f.oid, 'execute'))
    order by 1`);
  expect(lending.filter((name) => !(name in definerFunctions))).toEqual([]);
  expect(Object.keys(definerFunctions).filter((name) => !lending.includes(name))).toEqual([]);
});

test('only the owner may call anything by default', async () => {
  const open = await list(`select f.oid::regprocedure::text as name ${ownFunctions}
    and exists (select from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) as a where a.grantee = 0)`);
  expect(open).toEqual([]);
});

test('clients may write no table', async () => {
  const writable =
    await list(`select g.grantee || ' ' || g.privilege_type || ' ' || g.table_schema || '.' || g.table_name
      as name
    from information_schema.role_table_grants as g
    where g.table_schema = any ('{${ownSchemas}}') and g.grantee in ('anon', 'authenticated', 'PUBLIC')
      and g.privilege_type <> 'SELECT'`);
  expect(writable).toEqual([]);
});

test('clients may read no internal table', async () => {
  const readable = await list(`select g.grantee || ' ' || g.table_name as name
    from information_schema.role_table_grants as g
    where g.table_schema = any ('{${areaSchemas}}') and g.grantee in ('anon', 'authenticated', 'PUBLIC')`);
  expect(readable).toEqual([]);
});

test('the secret key writes through functions only', async () => {
  const writable = await list(`select g.privilege_type || ' ' || g.table_schema || '.' || g.table_name as name
    from information_schema.role_table_grants as g
    where g.table_schema = any ('{${ownSchemas}}') and g.grantee = 'service_role' and g.privilege_type <> 'SELECT'`);
  expect(writable).toEqual([]);
});

test('names of policies and constraints are not truncated', async () => {
  const cut = await list(`select polname::text as name from pg_policy where length(polname) = 63`);
  expect(cut).toEqual([]);
});

test('every foreign key that points at a player is indexed', async () => {
  const slow = await list(`select k.conrelid::regclass::text || '.' || k.conname as name
    from pg_constraint as k join pg_namespace as n on n.oid = k.connamespace
    where k.contype = 'f' and n.nspname = 'public' and k.confrelid = 'public.profiles'::regclass
      and not exists (
        select from pg_index as i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1])`);
  expect(slow).toEqual([]);
});
