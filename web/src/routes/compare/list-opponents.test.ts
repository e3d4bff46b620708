import { expect, test } from 'vitest';
import { makeStanding } from '#domain/leaderboard/testing/make-standing.ts';
import { listOpponents } from './list-opponents.ts';

const nobody = { leaders: [], own: null, neighbours: [], recent: [], viewer: null, chosen: [] };
const row = (username: string | null, position: number) =>
  makeStanding(position, { username, is_anonymous: username === null });
const me = { username: 'quinn', display_name: 'Quinn', avatar_url: null };
const list = (sources: Parameters<typeof listOpponents>[0]) =>
  listOpponents(sources).map(({ username, note }) => `${username}: ${note}`);

test('a player is offered the neighbours first, then the leader and recent ones, nobody twice', () => {
  expect(
    list({
      leaders: [row('wen', 1)],
      own: row('quinn', 90),
      neighbours: [row('max', 89), row('quinn', 90), row('rob', 91)],
      recent: ['wen', 'pia'],
      viewer: me,
      chosen: ['quinn'],
    }),
  ).toEqual(['max: Just above you', 'rob: Just below you', 'wen: #1', 'pia: Compared recently']);
});

test('if somebody else is chosen, the viewer comes first', () => {
  expect(list({ ...nobody, viewer: me, chosen: ['pia'] })).toEqual(['quinn: You']);
});

test('players who hide their identity are not offered', () => {
  expect(list({ ...nobody, leaders: [row(null, 1), row('wen', 2)] })).toEqual(['wen: #2']);
});
