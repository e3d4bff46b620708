import { postgresTypes } from '../postgres-types.ts';

/**
 * The types of the REST API's connection. It hands over objects and arrays for JSON columns and arguments as text
 * that is encoded already, and everything else as it is; so text that is an object or array is not encoded again.
 */
export function createRestTypes() {
  return {
    ...postgresTypes,
    json: { ...postgresTypes.json, serialize: encodeOnce },
    jsonb: { ...postgresTypes.jsonb, serialize: encodeOnce },
  };
}

function encodeOnce(value: unknown): string {
  return typeof value === 'string' && isJson(value) ? value : JSON.stringify(value);
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
