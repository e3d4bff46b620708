import { expect, test } from 'vitest';
import { isBehind } from './is-behind.ts';

const shown = { period_id: 7, version: 4, starts_at: '2026-11-16T00:00:00Z', state: 'open' } as const;
const period = (period_id: number, starts_at: string | null) => ({
  period_id,
  name: null,
  starts_at,
  ends_at: null,
  state: 'open' as const,
  player_count: 0,
});
const periods = [period(7, shown.starts_at), period(6, '2026-11-09T00:00:00Z')];

test('within a period the higher version is newer', () => {
  expect(isBehind(shown, { period_id: 7, version: 5 }, periods)).toBe(true);
  expect(isBehind(shown, { period_id: 7, version: 4 }, periods)).toBe(false);
  expect(isBehind(shown, { period_id: 7, version: 3 }, null)).toBe(false);
});

test('a period that has begun since is newer, whatever its version', () => {
  expect(isBehind(shown, { period_id: 8, version: 1 }, periods)).toBe(true);
});

test('a season shown as planned has begun with its first message', () => {
  expect(isBehind({ ...shown, state: 'upcoming', version: 0 }, { period_id: 7, version: 0 }, periods)).toBe(
    true,
  );
});

test('a planned period is newer once it has begun, whatever its id', () => {
  const planned = period(3, '2026-11-23T00:00:00Z');
  expect(isBehind(shown, { period_id: 3, version: 1 }, [planned, ...periods])).toBe(true);
});

test('the last refresh of the period before is older, whatever its id and version', () => {
  expect(isBehind(shown, { period_id: 6, version: 900 }, periods)).toBe(false);
  const opened = period(9, '2026-11-09T00:00:00Z');
  expect(isBehind(shown, { period_id: 9, version: 900 }, [opened])).toBe(false);
});

test('a period in the URL is never left', () => {
  expect(isBehind(shown, { period_id: 8, version: 1 }, null)).toBe(false);
});
