import postgres from 'postgres';
import { catalogueQueries } from './catalogue-queries.ts';

/** What to describe: every object of these schemas, and the rows of these tables. */
export interface DatabaseScope {
  schemas: readonly string[];
  tables: readonly string[];
}

/**
 * Everything in a database, one a line and sorted, so two databases can be compared: objects with their comments
 * and grants, scheduled jobs, and the rows of the given tables without what differs in every database (counted
 * ids, times, keys).
 * @param url connection string of a role that may read all of it
 */
export async function describeDatabase(url: string, scope: DatabaseScope): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    // Names are shown with their schema when it is not in the search path.
    await sql`set search_path = ''`;
    const lines: string[] = [];
    for (const [kind, query] of Object.entries(catalogueQueries)) {
      const rows = await sql.unsafe<{ name: string }[]>(
        query,
        query.includes('$1') ? [[...scope.schemas]] : [],
      );
      for (const { name, ...facts } of rows) lines.push(`${kind} ${name} ${JSON.stringify(facts)}`);
    }
    for (const table of scope.tables) lines.push(...(await describeRows(sql, table)));
    return lines.sort();
  } finally {
    await sql.end();
  }
}

async function describeRows(sql: postgres.Sql, table: string): Promise<string[]> {
  const own = await sql<{ name: string }[]>`
    select attname::text as name from pg_attribute
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid = ${table}::regclass and attnum > 0
      and (attidentity <> '' or pg_get_expr(adbin, adrelid) ~ '(now|clock_timestamp|gen_random_\\w+)\\(')`;
  const rows = await sql<{ row: string }[]>`
    select (to_jsonb(rows) - ${own.map(({ name }) => name)}::text[])::text as row from ${sql(table)} as rows`;
  return rows.map(({ row }) => `row of ${table} ${row}`);
}

/** The tables that these statements insert rows into. */
export function listFilledTables(text: string): string[] {
  return [
    ...new Set([...text.matchAll(/^insert into ([a-z_]+\.[a-z_]+)/gm)].map(([, table]) => table ?? '')),
  ].sort();
}

/** The differences between two descriptions, one a line: `-` is only in the first, `+` only in the second. */
export function compareDescriptions(first: readonly string[], second: readonly string[]): string[] {
  const [inFirst, inSecond] = [new Set(first), new Set(second)];
  return [
    ...first.filter((line) => !inSecond.has(line)).map((line) => `- ${line}`),
    ...second.filter((line) => !inFirst.has(line)).map((line) => `+ ${line}`),
  ];
}
