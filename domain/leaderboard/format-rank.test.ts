import { expect, it } from 'vitest';
import { formatMarkedRank, formatRank } from './format-rank.ts';

it('a rank is one number, and ties are marked for everybody who shares it', () => {
  expect(formatRank({ rank: 1, is_tied: false })).toBe('1');
  expect(formatRank({ rank: 1, is_tied: true })).toBe('T1');
  expect(formatRank({ rank: 12_345, is_tied: true })).toBe('T12,345');
});

it("the number of a rank uses the reader's locale", () => {
  expect(formatRank({ rank: 1_234, is_tied: false }, (rank) => rank.toLocaleString('de-DE'))).toBe('1.234');
});

it('marks a rank on its own with a number sign, unless the T of a tie does', () => {
  expect(formatMarkedRank({ rank: 1_234, is_tied: false })).toBe('#1,234');
  expect(formatMarkedRank({ rank: 1_234, is_tied: true })).toBe('T1,234');
});
