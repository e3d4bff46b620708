import type postgres from 'postgres';
import type { MutationArea } from './areas.ts';
import type { Mutant } from './choose-mutants.ts';
import { mutateSqlText } from './mutate-sql-text.ts';

/** One fault in the database, with the statements that create it. */
export interface SqlMutant extends Mutant {
  sql: string;
}

type SqlArea = NonNullable<MutationArea['sql']>;

async function listFunctionMutants(sql: postgres.Sql, area: SqlArea): Promise<SqlMutant[]> {
  const functions = await sql<{ name: string; body: string; definition: string }[]>`
    select namespace.nspname || '.' || proc.proname as name, proc.prosrc as body, pg_get_functiondef(proc.oid) as definition
    from pg_proc as proc
    join pg_namespace as namespace on namespace.oid = proc.pronamespace
    where proc.proowner = 'postgres'::regrole and proc.prokind = 'f'
    order by 1, proc.oid`;
  return functions
    .filter(({ name }) => area.functions.test(name))
    .flatMap(({ name, body, definition }) =>
      mutateSqlText(body).map(({ change, text }) => ({
        place: name,
        change,
        // A replacement function, so that its result is not parsed as a pattern.
        sql: definition.replace(body, () => text),
      })),
    );
}

async function listPolicyMutants(sql: postgres.Sql, area: SqlArea): Promise<SqlMutant[]> {
  const policies = await sql<{ name: string; policy: string; condition: string | null }[]>`
    select schemaname || '.' || tablename as name, policyname as policy, qual as condition
    from pg_policies where qual is not null and cmd in ('SELECT', 'ALL') order by 1, 2`;
  return policies
    .filter(({ name, condition }) => area.tables.test(name) && condition !== 'true')
    .flatMap(({ name, policy, condition }) => [
      {
        place: `${name}, policy "${policy}"`,
        change: 'lets everybody see every row',
        sql: `alter policy "${policy}" on ${name} using (true)`,
      },
      {
        place: `${name}, policy "${policy}"`,
        change: 'lets nobody see a row',
        sql: `alter policy "${policy}" on ${name} using (false)`,
      },
      ...mutateSqlText(condition ?? '').map(({ change, text }) => ({
        place: `${name}, policy "${policy}"`,
        change,
        sql: `alter policy "${policy}" on ${name} using (${text})`,
      })),
    ]);
}

async function listTableMutants(sql: postgres.Sql, area: SqlArea): Promise<SqlMutant[]> {
  const tables = await sql<{ name: string }[]>`
    select relnamespace::regnamespace || '.' || relname as name from pg_class
    where relkind in ('r', 'p') and relowner = 'postgres'::regrole order by 1`;
  return tables
    .filter(({ name }) => area.tables.test(name))
    .flatMap(({ name }) => [
      {
        place: name,
        change: 'has no row-level security',
        sql: `alter table ${name} disable row level security`,
      },
      { place: name, change: 'is read by visitors', sql: `grant select on ${name} to anon` },
      {
        place: name,
        change: 'is written by players',
        sql: `grant insert, update, delete on ${name} to authenticated`,
      },
    ]);
}

async function listConstraintMutants(sql: postgres.Sql, area: SqlArea): Promise<SqlMutant[]> {
  const constraints = await sql<{ name: string; guard: string; definition: string }[]>`
    select pg_class.relnamespace::regnamespace || '.' || relname as name, conname as guard,
      pg_get_constraintdef(pg_constraint.oid) as definition
    from pg_constraint join pg_class on pg_class.oid = conrelid
    where contype in ('c', 'u') and relowner = 'postgres'::regrole order by 1, 2`;
  const triggers = await sql<{ name: string; guard: string }[]>`
    select pg_class.relnamespace::regnamespace || '.' || relname as name, tgname as guard
    from pg_trigger join pg_class on pg_class.oid = tgrelid
    where not tgisinternal and relowner = 'postgres'::regrole order by 1, 2`;
  return [
    ...constraints.map(({ name, guard, definition }) => ({
      place: name,
      change: `has no constraint ${guard}: ${definition}`,
      sql: `alter table ${name} drop constraint "${guard}" cascade`,
    })),
    ...triggers.map(({ name, guard }) => ({
      place: name,
      change: `has no trigger ${guard}`,
      sql: `drop trigger "${guard}" on ${name}`,
    })),
  ].filter(({ place }) => area.tables.test(place));
}

/**
 * Every mutant of an area, in a fixed order; `sql` is connected to a migrated database. Objects created by
 * migrations belong to `postgres`.
 */
export async function listSqlMutants(sql: postgres.Sql, area: SqlArea): Promise<SqlMutant[]> {
  const lists = {
    function: listFunctionMutants,
    policy: async () => [...(await listPolicyMutants(sql, area)), ...(await listTableMutants(sql, area))],
    constraint: listConstraintMutants,
  };
  const mutants: SqlMutant[] = [];
  for (const kind of area.kinds) mutants.push(...(await lists[kind](sql, area)));
  return mutants;
}
