import { expect, test } from 'vitest';
import { describeFreshness } from './describe-freshness.ts';

const asOf = '2026-11-22T12:00:00Z';
const after = (seconds: number) => describeFreshness(asOf, Date.parse(asOf) + seconds * 1_000);

test.each([
  [-3, '0 s ago'],
  [12, '12 s ago'],
  [59, '59 s ago'],
  [14 * 60, '14 min ago'],
  [2 * 86_400, '2 d ago'],
])('a change %i seconds ago was %s', (seconds, text) => {
  expect(after(seconds)).toBe(text);
});
