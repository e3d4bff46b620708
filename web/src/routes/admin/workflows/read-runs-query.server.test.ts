import { expect, test } from 'vitest';
import { readRunsQuery } from './read-runs-query.server.ts';

const read = (search: string) => readRunsQuery(new URL(`http://web/admin/workflows${search}`));

test('the newest runs come first, and a day of statistics', () => {
  expect(read('')).toMatchObject({
    hours: 24,
    sort: { by: 'started_at', isDescending: true },
    filters: { sort_by: 'started_at', is_descending: true, max_rows: 30 },
  });
});

test('filters, order and page come from the URL', () => {
  const { filters, sort, hours } = read(
    '?function=post-request-card&status=failed&cause=player&q=%20gone%20&from=2026-11-30&to=2026-11-30&sort=duration_ms&after=4_A&hours=168',
  );
  expect(filters).toMatchObject({
    ...{
      function_id: 'post-request-card',
      status: 'failed',
      cause_kind: 'player',
      query: 'gone',
      after: '4_A',
    },
    ...{ started_after: '2026-11-30T00:00:00.000Z', started_before: '2026-12-01T00:00:00.000Z' },
  });
  expect(sort).toEqual({ by: 'duration_ms', isDescending: false });
  expect(hours).toBe(168);
});

test('what a URL cannot ask for is left out', () => {
  const { filters, sort, hours } = read('?status=late&cause=x&from=yesterday&sort=input&hours=9999&q=%00');
  expect(filters).toMatchObject({ status: undefined, cause_kind: undefined, started_after: undefined });
  expect(filters.query).toBeUndefined();
  expect(sort.by).toBe('started_at');
  expect(hours).toBe(24);
});
