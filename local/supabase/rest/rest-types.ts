import { postgresTypes } from '../postgres-types.ts';

/**
 * The types of the REST API's connection: it hands over JSON columns and arguments as text that is encoded already,
 * so that text which is JSON is taken as it is.
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
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
