import { expect, it } from 'vitest';
import { formatRank } from './format-rank.ts';

it('a rank is one number, and all who share it are told so', () => {
  expect(formatRank({ rank: 1, is_tied: false })).toBe('1');
  expect(formatRank({ rank: 1, is_tied: true })).toBe('T1');
  expect(formatRank({ rank: 12_345, is_tied: true })).toBe('T12,345');
});

it('its number is written as in the language of the reader', () => {
  expect(formatRank({ rank: 1_234, is_tied: false }, (rank) => rank.toLocaleString('de-DE'))).toBe('1.234');
});
