import type postgres from 'postgres';
import { parse } from 'postgres-array';

/**
 * Registers the array types of the database with a pool, so arrays travel as arrays of their elements.
 * Elements of types created later travel as text.
 * @param sql with open connections: the driver would do the same while opening one, when nobody could handle
 *   a connection that breaks
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

/** An array in Postgres' text format: https://www.postgresql.org/docs/17/arrays.html#ARRAYS-IO */
function writeArray(elements: unknown[], write: (element: unknown) => unknown): string {
  const parts = elements.map((element) => {
    if (Array.isArray(element)) return writeArray(element, write);
    if (element === null || element === undefined) return 'null';
    return `"${String(write(element)).replaceAll(/["\\]/g, '\\$&')}"`;
  });
  return `{${parts.join(',')}}`;
}
