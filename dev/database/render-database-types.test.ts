import { expect, test } from 'vitest';
import { widenArguments } from './render-database-types.ts';

test('arguments may be null, lists are read-only, and JSON accepts anything', () => {
  expect(widenArguments('Args: { a?: string; b: number; c: string[]; d: Json };')).toBe(
    'Args: { a?: string | null; b: number | null; c: readonly string[] | null; d: unknown };',
  );
});

test('multi-line members and other types keep their shape', () => {
  expect(widenArguments('Args: {\n  a?: Json;\n  b: string;\n};\nReturns: { c: string };')).toBe(
    'Args: {\n  a?: unknown;\n  b: string | null;\n};\nReturns: { c: string };',
  );
  expect(widenArguments('Args: never;')).toBe('Args: never;');
});
