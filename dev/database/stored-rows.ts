// The rows of a database as text, one a line: the table, a tab, and the row as JSON, as Postgres writes and reads it.
import type postgres from 'postgres';

/** Tables of Auth whose rows players refer to. */
const foreignTables: readonly string[] = ['auth.users', 'auth.identities'];

async function listTables(sql: postgres.Sql, schemas: readonly string[]): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select format('%I.%I', nspname, relname) as name
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind = 'r' and nspname = any (${[...schemas]}) order by 1`;
  return rows.map(({ name }) => name);
}

/** Every row of the tables of these schemas, and of the accounts behind them. */
export async function readRows(sql: postgres.Sql, schemas: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const table of [...foreignTables, ...(await listTables(sql, schemas))]) {
    const rows = await sql<
      { row: string }[]
    >`select to_jsonb(stored)::text as row from ${sql(table)} as stored`;
    lines.push(...rows.map(({ row }) => `${table}\t${row}`).sort());
  }
  return lines;
}

/**
 * Replaces all rows, without firing triggers, as a restore does.
 * @param admin superuser connection to a database of the same version as the rows
 */
export async function replaceRows(
  admin: postgres.Sql,
  schemas: readonly string[],
  lines: readonly string[],
): Promise<void> {
  const tables = await listTables(admin, schemas);
  await admin.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    await transaction.unsafe(`truncate ${tables.join(', ')} restart identity`);
    for (const line of lines) {
      const [table = '', row = ''] = line.split('\t');
      const columns = await transaction<{ name: string }[]>`
        select quote_ident(attname) as name from pg_attribute
        where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''
        order by attnum`;
      const names = columns.map(({ name }) => name).join(', ');
      await transaction.unsafe(
        `insert into ${table} (${names}) overriding system value
         select ${names} from jsonb_populate_record(null::${table}, $1::text::jsonb)`,
        [row],
      );
    }
    await transaction`
      select setval(pg_get_serial_sequence(attrelid::regclass::text, attname), 1000000)
      from pg_attribute join pg_class on pg_class.oid = attrelid
      where attidentity <> '' and relnamespace::regnamespace::text = any (${[...schemas]})`;
  });
}

/** The primary key of every row, as text. */
export async function listRowKeys(sql: postgres.Sql, schemas: readonly string[]): Promise<string[]> {
  const keys: string[] = [];
  for (const table of await listTables(sql, schemas)) {
    const rows = await sql<{ key: string }[]>`
      select (to_jsonb(stored) - coalesce((
        select array_agg(attname::text) from pg_attribute
        where attrelid = ${table}::regclass and attnum > 0 and attnum <> all ((
          select conkey from pg_constraint where conrelid = ${table}::regclass and contype = 'p')::int2[])), '{}'))::text as key
      from ${sql(table)} as stored`;
    keys.push(...rows.map(({ key }) => `${table} ${key}`));
  }
  return keys;
}
