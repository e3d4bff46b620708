import { expect, test } from 'vitest';
import { describeFreshness } from './describe-freshness.ts';

const asOf = '2026-11-22T12:00:00Z';
const at = (seconds: number) => describeFreshness(asOf, Date.parse(asOf) + seconds * 1_000);

test('a fresh board says its age and when the next refresh is due', () => {
  expect(at(12)).toEqual({ age: '12 s ago', next: '18 s' });
});

test('a quiet board keeps counting towards each refresh', () => {
  expect(at(70)).toEqual({ age: '1 min ago', next: '20 s' });
});

test('a clock that is behind the server shows no negative age', () => {
  expect(at(-5).age).toBe('0 s ago');
});

test('an old board promises nothing', () => {
  expect(at(7_200)).toEqual({ age: '2 h ago', next: null });
});
