import type postgres from 'postgres';
import { parse } from 'postgres-array';

/**
 * Teaches a pool the arrays of every type that the database has, so that they travel as arrays of what the elements
 * travel as. Elements of a type that was made since then travel as text.
 * @param sql with open connections: the driver would do the same while it opens one, and nobody could hear of a
 * connection that breaks meanwhile
 */
export async function learnArrayTypes(sql: postgres.Sql): Promise<void> {
  const types = await sql<{ array: number; element: number }[]>`
    select oid as array, typelem as element from pg_catalog.pg_type where typcategory = 'A' and typelem <> 0`;
  const { parsers, serializers } = sql.options;
  for (const { array, element } of types) {
    parsers[array] = (text: string) => parse(text, parsers[element] ?? String);
    serializers[array] = (value: unknown) =>
      Array.isArray(value) ? writeArray(value, serializers[element] ?? String) : String(value);
  }
}

/** An array as Postgres reads it: https://www.postgresql.org/docs/17/arrays.html#ARRAYS-IO */
function writeArray(elements: unknown[], write: (element: unknown) => unknown): string {
  const parts = elements.map((element) => {
    if (Array.isArray(element)) return writeArray(element, write);
    if (element === null || element === undefined) return 'null';
    return `"${String(write(element)).replaceAll(/["\\]/g, '\\$&')}"`;
  });
  return `{${parts.join(',')}}`;
}
