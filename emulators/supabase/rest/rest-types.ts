import { postgresTypes } from '../postgres-types.ts';
import { FilterText } from './filter-text.ts';

const booleanType = 16;

/**
 * The types of the REST API's connection. For JSON columns and arguments the library passes text through and
 * encodes everything else. So text that spells a number, a boolean, an object or an array is parsed as one;
 * other text stays text. Postgres parses filter values, whatever the type.
 */
export function createRestTypes() {
  return {
    ...postgresTypes,
    json: { ...postgresTypes.json, serialize: encodeOnce },
    jsonb: { ...postgresTypes.jsonb, serialize: encodeOnce },
    boolean: {
      to: booleanType,
      from: [booleanType],
      serialize: String,
      parse: (text: string) => text === 't',
    },
  };
}

function encodeOnce(value: unknown): string {
  if (value instanceof FilterText) return value.toString();
  return typeof value === 'string' && isEncoded(value) ? value : JSON.stringify(value);
}

function isEncoded(text: string): boolean {
  try {
    return typeof JSON.parse(text) !== 'string';
  } catch {
    return false;
  }
}
