import { expect, test } from 'vitest';
import { countPassed, describeMovement } from './describe-movement.ts';

const nobody = { count: 0, is_complete: true, players: [] };
const at = (position: number | null, score: number | null) => ({
  version: 1,
  as_of: null,
  position,
  rank: position,
  is_tied: position === null ? null : false,
  score,
});
const move = (from: number | null, to: number) => ({
  since: at(from, from === null ? null : 100),
  now: at(to, 350),
  events: [],
  passed_by: nobody,
  passed: nobody,
});
const quinn = { name: 'Quinn Tanaka', isOwn: false, board: 'All time' };
const me = { ...quinn, isOwn: true };

test('a changed rank is explained to its owner in the second person, to others in the third', () => {
  expect(describeMovement(move(90, 86), me)).toEqual({
    title: 'Why your rank changed',
    sentence: 'You went up from #90 to #86. Points earned in this time: +250.',
  });
  expect(describeMovement(move(4, 1234), quinn)).toEqual({
    title: 'Why \u2068Quinn Tanaka\u2069’s rank changed',
    sentence: '\u2068Quinn Tanaka\u2069 went down from #4 to #1,234. Points earned in this time: +250.',
  });
});

test('an unchanged rank is reported as such', () => {
  expect(describeMovement(move(7, 7), me).title).toBe('Your rank did not change');
  expect(describeMovement(move(7, 7), quinn)).toMatchObject({
    title: '\u2068Quinn Tanaka\u2069’s rank did not change',
    sentence: expect.stringContaining('is still #7'),
  });
});

test('new and missing players are reported as such', () => {
  expect(describeMovement(move(null, 90), quinn).sentence).toContain('entered the board at #90');
  expect(describeMovement(null, me).sentence).toBe(
    'You have no points on \u2068All time\u2069 at the moment.',
  );
});

test('if only the nearest players were considered, a count is a minimum', () => {
  expect(countPassed({ count: 3, is_complete: false })).toBe('at least 3');
  expect(countPassed({ count: 1200, is_complete: true })).toBe('1,200');
});

test('a rank is explained as the boards show it, and a move within a tie is none', () => {
  const tied = { ...move(88, 87), now: { ...at(87, 350), rank: 86, is_tied: true } };
  expect(describeMovement(tied, me).sentence).toContain('You went up from #88 to T86.');
  const within = { ...tied, since: { ...at(88, 100), rank: 86, is_tied: true } };
  expect(describeMovement(within, me).sentence).toContain('You are still T86.');
});
