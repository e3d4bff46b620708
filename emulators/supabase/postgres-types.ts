// How values travel between Postgres and JavaScript: in PostgREST's format, with minutes in time offsets and
// numbers as numbers.

const json = (oid: number) => ({
  to: oid,
  from: [oid],
  serialize: (value: unknown): string => JSON.stringify(value),
  parse: (text: string): unknown => JSON.parse(text),
});

const asText = (oid: number, parse: (text: string) => unknown = (text) => text) => ({
  to: oid,
  from: [oid],
  serialize: String,
  parse,
});

export const postgresTypes = {
  json: json(114),
  jsonb: json(3802),
  timestamptz: asText(1184, (text) => text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')),
  timestamp: asText(1114, (text) => text.replace(' ', 'T')),
  date: asText(1082),
  numeric: asText(1700, Number),
  bytea: asText(17),
};
