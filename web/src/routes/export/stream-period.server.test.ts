import { expect, test } from 'vitest';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { RefusalError } from '#domain/platform/refusal.ts';
import type { PeriodExport } from '#store/leaderboard/periods/period-export-schema.ts';
import { streamPeriod } from './stream-period.server.ts';

const period: PeriodExport = {
  board: 'weekly',
  time_zone: 'Europe/Berlin',
  period_id: 12,
  starts_at: '2026-11-15T23:00:00+00:00',
  ends_at: '2026-11-22T23:00:00+00:00',
  archive_hash: 'abc',
  player_count: 3,
  next_position: null,
};

function row(position: number): Standing {
  return {
    player_id: `player-${position}`,
    username: `player${position}`,
    display_name: `Player ${position}`,
    avatar_url: null,
    position,
    rank: position,
    score: 10 - position,
    reached_at: '2026-11-17T00:00:00Z',
    tier: null,
    movement: null,
    is_anonymous: false,
    is_tied: false,
  };
}

/** Two parts: the first two players, then the third. */
const readRows = async (after: number) => {
  const rows = [1, 2, 3].filter((position) => position > after).slice(0, 2);
  const next_position = after === 0 ? 2 : null;
  return { ok: true, value: { ...period, next_position, rows: rows.map(row) } } as const;
};
const readLines = async (after: number) => {
  const csv = after === 0 ? 'position,name\r\n1,"Ada"\r\n2,"Max"\r\n' : '3,"Pia"\r\n';
  return { ok: true, value: { ...period, next_position: after === 0 ? 2 : null, csv } } as const;
};

test('a file for spreadsheets is one header and every row, named for board and first day', async () => {
  const response = await streamPeriod('csv', readLines);
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(response.headers.get('content-disposition')).toBe(
    'attachment; filename="dealscale-weekly-2026-11-16.csv"',
  );
  expect(await response.text()).toBe('position,name\r\n1,"Ada"\r\n2,"Max"\r\n3,"Pia"\r\n');
});

test('a file for programs is one document with the seal', async () => {
  const response = await streamPeriod('json', readRows);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('content-disposition')).toContain('dealscale-weekly-2026-11-16.json');
  const { next_position: _, ...head } = period;
  expect(await response.json()).toEqual({ ...head, standings: [row(1), row(2), row(3)] });
});

test('an archive without players is still a document', async () => {
  const response = await streamPeriod('json', async () => ({
    ok: true,
    value: { ...period, player_count: 0, rows: [] },
  }));
  expect(await response.json()).toMatchObject({ archive_hash: 'abc', standings: [] });
});

test('a refusal by the database is reported before anything is sent', async () => {
  const refusal = { code: 'period_not_closed', message: 'Not yet.', action: 'Wait.', status: 409 };
  await expect(streamPeriod('csv', async () => ({ ok: false, refusal }))).rejects.toThrow(RefusalError);
});
