import { expect, test } from 'vitest';
import { standingSchema } from '#domain/leaderboard/standing-schema.ts';
import { makeStanding } from '#domain/leaderboard/testing/make-standing.ts';
import { parseBoardRefresh } from './board-refresh.ts';

const refresh = {
  ...{ board: 'all-time', period_id: 1, version: 8, previous_version: 7, as_of: '2026-11-22T12:00:30Z' },
  ...{ player_count: 50, titles_due_at: null, removed: [] },
};

test('a changed standing is read as the store reads one, whole', () => {
  const standing = makeStanding(1);
  const changed = parseBoardRefresh({ ...refresh, changes: [{ ...standing, unknown: 1 }] })?.changes[0];
  expect(changed).toEqual(standingSchema.parse(standing));
  expect(Object.keys(changed ?? {}).sort()).toEqual(Object.keys(standingSchema.shape).sort());
});

test.each(Object.keys(standingSchema.shape))('a standing without %s is not a refresh', (field) => {
  const partial = Object.fromEntries(Object.entries(makeStanding(1)).filter(([name]) => name !== field));
  expect(parseBoardRefresh({ ...refresh, changes: [partial] })).toBeNull();
});
