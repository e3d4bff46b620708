import { parseDurationMs } from '../protocol/duration.ts';

/** Value of a missing path. It differs from null in comparisons. */
export const unknownValue = Symbol('unknown');

export function isTruthy(value: unknown): boolean {
  return value !== unknownValue && Boolean(value);
}

function measure(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return {};
  }
}

function parseDateMs(value: unknown): number {
  return typeof value === 'number' ? value : Date.parse(String(value));
}

type ExpressionFunction = (...args: unknown[]) => unknown;

/** Functions called by name: `lowercase(event.data.email)`. */
export const expressionFunctions = new Map<string, ExpressionFunction>([
  ['size', measure],
  ['int', (value) => Math.trunc(Number(value))],
  ['uint', (value) => Math.trunc(Number(value))],
  ['double', (value) => Number(value)],
  ['string', (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))],
  ['bool', isTruthy],
  ['lowercase', (value) => String(value).toLowerCase()],
  ['uppercase', (value) => String(value).toUpperCase()],
  ['b64decode', (value) => Buffer.from(String(value), 'base64').toString()],
  ['json_parse', parseJson],
  ['date', parseDateMs],
  ['now', () => Date.now()],
  ['now_plus', (duration) => Date.now() + parseDurationMs(String(duration))],
  ['now_minus', (duration) => Date.now() - parseDurationMs(String(duration))],
]);

/** Functions called on a value: `event.name.startsWith("deal/")`. */
export const expressionMethods = new Map<string, ExpressionFunction>([
  ['startsWith', (text, part) => String(text).startsWith(String(part))],
  ['endsWith', (text, part) => String(text).endsWith(String(part))],
  ['contains', (text, part) => String(text).includes(String(part))],
  ['matches', (text, pattern) => new RegExp(String(pattern)).test(String(text))],
  ['size', measure],
  ['lowerAscii', (text) => String(text).toLowerCase()],
  ['upperAscii', (text) => String(text).toUpperCase()],
]);
