import { expect, test } from 'vitest';
import { parsePrizes } from './parse-prizes.ts';

const types = ['ai', 'lead'];

test('places, ranges, tiers and days', () => {
  expect(
    parsePrizes('1: 500 AI\n\n2 - 3: 100 ai\nTop 10: 5 lead\nelite: 20 lead for 30 days\n', types),
  ).toEqual({
    prizes: [
      { place_from: 1, place_to: 1, credit_type: 'ai', amount: 500 },
      { place_from: 2, place_to: 3, credit_type: 'ai', amount: 100 },
      { tier: 'top_10', credit_type: 'lead', amount: 5 },
      { tier: 'elite', credit_type: 'lead', amount: 20, valid_days: 30 },
    ],
  });
});

test('no line is no prize', () => {
  expect(parsePrizes(' \n', types)).toEqual({ prizes: [] });
});

test.each(['1 100 ai', '1: 100 gold', 'wood: 1 ai', '1: -5 ai', '1: 1.5 ai', ': 5 ai'])(
  '%j is refused',
  (line) => {
    expect(parsePrizes(`1: 5 ai\n${line}`, types)).toEqual({
      problem: expect.stringMatching(/^Line 2 is not a prize/),
    });
  },
);
