import { expect, it } from 'vitest';
import { makeStanding } from '#domain/leaderboard/testing/make-standing.ts';
import { findGap } from './find-gap.ts';

const [first, second, third] = [1, 2, 3].map((position) => makeStanding(position));
if (!first || !second || !third) throw new Error('Three were made.');

it('is the distance to the player directly above', () => {
  expect(findGap(third, [first, second])).toEqual({ kind: 'behind', other: second, points: 1 });
});

it('is the lead for the first player', () => {
  expect(findGap(first, [second, third])).toEqual({ kind: 'ahead', other: second, points: 1 });
});

it('is zero to a player with the same score', () => {
  expect(findGap({ ...third, score: second.score }, [second])).toMatchObject({ kind: 'level' });
});

it('is hidden while the next player is unknown', () => {
  expect(findGap(third, [first])).toBeNull();
  expect(findGap(first, [])).toBeNull();
});
