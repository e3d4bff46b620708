import { postgresTypes } from '../postgres-types.ts';

/**
 * The types of the REST API's connection. For JSON columns and arguments it hands over text as it is and everything
 * else encoded already. So text that spells a number, a truth value, an object or an array is taken for one; other
 * text is text.
 */
export function createRestTypes() {
  return {
    ...postgresTypes,
    json: { ...postgresTypes.json, serialize: encodeOnce },
    jsonb: { ...postgresTypes.jsonb, serialize: encodeOnce },
  };
}

function encodeOnce(value: unknown): string {
  return typeof value === 'string' && isEncoded(value) ? value : JSON.stringify(value);
}

function isEncoded(text: string): boolean {
  try {
    return typeof JSON.parse(text) !== 'string';
  } catch {
    return false;
  }
}
