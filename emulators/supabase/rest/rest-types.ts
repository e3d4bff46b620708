import { postgresTypes } from '../postgres-types.ts';
import { FilterText } from './filter-text.ts';

const booleanType = 16;

/**
 * The types of the REST API's connection. For JSON columns and arguments the library hands over text as it is and
 * everything else encoded already. So text that spells a number, a truth value, an object or an array is taken for one;
 * other text is text. The value of a filter is for Postgres to read, whatever the type.
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
