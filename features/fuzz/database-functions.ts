import fc from 'fast-check';
import postgres from 'postgres';
import { hostileJson, hostileText } from './hostile-values.ts';

/** A database function or table that PostgREST serves. */
export interface DatabaseFunction {
  name: string;
  isReadOnly: boolean;
  parameters: { name: string; type: string }[];
}

export interface DatabaseTable {
  name: string;
  columns: string[];
}

/**
 * Everything in the schema that PostgREST serves, read from the catalogue, so new objects are included
 * automatically.
 */
export async function readCatalogue(
  superuserUrl: string,
): Promise<{ functions: DatabaseFunction[]; tables: DatabaseTable[] }> {
  const sql = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  try {
    const functions = await sql<DatabaseFunction[]>`
      select proname as name, provolatile <> 'v' as "isReadOnly", coalesce((
        select jsonb_agg(jsonb_build_object('name', argument.name, 'type', format_type(argument.type, null))
          order by argument.place)
        from unnest(proargnames, coalesce(proallargtypes, proargtypes::oid[])) with ordinality
          as argument (name, type, place)
        where proargmodes is null or proargmodes[argument.place] in ('i', 'b')), '[]') as parameters
      from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f'
        and prorettype <> 'trigger'::regtype
      order by proname, oid`;
    const tables = await sql<DatabaseTable[]>`
      select relname as name, array_agg(attname::text order by attnum) as columns
      from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p')
      group by relname order by relname`;
    return { functions: [...functions], tables: [...tables] };
  } finally {
    await sql.end();
  }
}

/** Almost valid arguments: each of its type, odd, or of another type. */
export function argumentsOf(
  { parameters }: DatabaseFunction,
  ownIds: readonly string[],
): fc.Arbitrary<Record<string, unknown>> {
  const values = parameters.map(({ name, type }) => {
    const odd = { weight: 1, arbitrary: hostileJson };
    return [name, fc.oneof({ weight: 6, arbitrary: valueOfType(type, ownIds) }, odd)] as const;
  });
  return fc.record(Object.fromEntries(values), { requiredKeys: [] });
}

const times = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    'infinity',
    '-infinity',
    '0001-01-01T00:00:00Z',
    '4713-01-01 BC',
    '294276-12-31T23:59:59Z',
    'now',
  ),
);

function valueOfType(type: string, ownIds: readonly string[]): fc.Arbitrary<unknown> {
  if (type.endsWith('[]')) {
    return fc.oneof(
      fc.array(valueOfType(type.slice(0, -2), ownIds), { maxLength: 4 }),
      fc.constant([null, [[]]]),
    );
  }
  switch (type) {
    case 'uuid':
      return fc.oneof(fc.constantFrom(...ownIds), fc.uuid());
    case 'smallint':
    case 'integer':
      return fc.oneof(
        fc.integer(),
        fc.integer({ min: -2, max: 60 }),
        fc.constantFrom(2 ** 31 - 1, -(2 ** 31), 2 ** 31),
      );
    case 'bigint':
    case 'numeric':
      return fc.oneof(
        fc.integer(),
        fc.integer({ min: -2, max: 60 }),
        fc.constantFrom<unknown>(
          '9223372036854775807',
          '-9223372036854775808',
          '9223372036854775808',
          '1e400',
          'NaN',
        ),
      );
    case 'boolean':
      return fc.boolean();
    case 'jsonb':
    case 'json':
      return hostileJson;
    case 'timestamp with time zone':
    case 'date':
      return times;
    case 'interval':
      return fc.constantFrom('1 day', '-1 day', '178000000 years', 'P1Y', '1 hour');
    default:
      return hostileText;
  }
}
