import { expect, test } from 'vitest';
import { deriveRunCause } from './derive-run-cause.ts';

test.each([
  ['credits/request.decided', { request_id: 'r', decision: 'approve' }, 'request', 'r'],
  ['leaderboard/tier.changed', { board: 'all-time', player_id: 'p' }, 'player', 'p'],
  ['leaderboard/board.refreshed', { board: 'all-time', version: 3 }, 'board', 'all-time'],
  ['platform/run.cancel_requested', { run_id: '01', function_id: 'f' }, 'run', '01'],
  ['discord/member.joined', { guild_id: 'g', discord_user_id: 'd' }, 'member', 'd'],
  ['discord/roles.sync_requested', { guild_id: 'g' }, 'guild', 'g'],
  ['inngest/scheduled.timer', { cron: '7 * * * *' }, 'schedule', '7 * * * *'],
  ['discord/interactions.unfinished', {}, 'event', 'discord/interactions.unfinished'],
  ['x/y.z', { request_id: 3, player_id: '' }, 'event', 'x/y.z'],
  ['x/y.z', undefined, 'event', 'x/y.z'],
])('%s with %j is about the %s', (name, data, kind, id) => {
  expect(deriveRunCause({ name, data })).toEqual({ kind, id });
});
