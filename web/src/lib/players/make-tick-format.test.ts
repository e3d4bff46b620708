import { expect, test } from 'vitest';
import { makeTickFormat } from './make-tick-format.ts';

const at = (text: string): Date => new Date(text);
const noon = at('2026-11-22T12:00:00Z');

test('a short span shows times, a long one days', () => {
  expect(makeTickFormat([at('2026-11-22T08:00:00Z'), noon])(noon)).toBe('12:00');
  expect(makeTickFormat([at('2026-11-15T08:00:00Z'), noon])(noon)).toBe('Nov 22');
});
