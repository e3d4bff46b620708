import { expect, it } from 'vitest';
import { makeStanding } from '#domain/leaderboard/testing/make-standing.ts';
import { findGap } from './find-gap.ts';

const [first, second, third] = [1, 2, 3].map((position) => makeStanding(position));
if (!first || !second || !third) throw new Error('Three were made.');

it('is what is missing to the player right above', () => {
  expect(findGap(third, [first, second])).toEqual({ kind: 'behind', other: second, points: 1 });
});

it('is for the first one the lead', () => {
  expect(findGap(first, [second, third])).toEqual({ kind: 'ahead', other: second, points: 1 });
});

it('is none to a player with the same score', () => {
  expect(findGap({ ...third, score: second.score }, [second])).toMatchObject({ kind: 'level' });
});

it('is not told while the next player is not known', () => {
  expect(findGap(third, [first])).toBeNull();
  expect(findGap(first, [])).toBeNull();
});
