import { expect, test } from 'vitest';
import { buildComparisonMessage, type SideBySide } from './comparison-message.ts';
import { formatMetric, formatSparkline, formatTable } from './format.ts';
import { measureMessage } from './measure-message.ts';
import { messageLimits } from './message.ts';
import { buildStatsMessage, type PlayerStats } from './stats-message.ts';

const stats: PlayerStats = {
  player_id: 'a0000000-0000-4000-8000-000000000003',
  username: 'pia',
  display_name: 'Pia',
  avatar_url: null,
  created_at: '2026-10-01T00:00:00Z',
  left_at: null,
  is_anonymous: false,
  today: '2026-11-22',
  totals: [
    {
      metric: 'deal_closed',
      units: 12,
      points: 1_200,
      event_count: 12,
      last_occurred_at: '2026-11-22T00:00:00Z',
    },
  ],
  standings: [],
  events: [],
  activity: [
    { day: '2026-11-20', points: 100, event_count: 1 },
    { day: '2026-11-22', points: 50, event_count: 1 },
  ],
  tiers: [],
  past_periods: [],
};
const view = { stats, webUrl: 'http://web', locale: 'en-US' };
const makeSide = (digit: string, display_name = `Player ${digit}`) => ({
  player_id: `a0000000-0000-4000-8000-00000000000${digit}`,
  username: `p${digit}`,
  display_name,
  avatar_url: null,
  standing: null,
});
const sides: SideBySide = {
  players: [makeSide('1'), makeSide('2')],
  comparison: {
    board: 'all-time',
    name: 'All time',
    positions: [3, 7],
    scores: [220, 100],
    leader_player_id: 'a0000000-0000-4000-8000-000000000001',
    lead_points: 120,
    leads_since: '2026-11-22T12:00:00Z',
  },
  boards: [],
  metrics: [{ metric: 'deal_closed', points: [200, 100], units: [2, 1] }],
};

test('stats draw thirty days and name the total', () => {
  const text = JSON.stringify(buildStatsMessage(view));
  expect(text).toContain(`${'▁'.repeat(27)}█▁▅`);
  expect(text).toContain('150 points on 2 of 30 days');
  expect(text).toContain('Deal closed  12 ×   1,200');
});

test('stats of somebody who did nothing yet say so', () => {
  const text = JSON.stringify(buildStatsMessage({ ...view, stats: { ...stats, totals: [], activity: [] } }));
  expect(text).toContain('Nothing yet.');
  expect(text).toContain('▁'.repeat(30));
});

test('a comparison says who leads, by how much, since when and where both stand', () => {
  const text = JSON.stringify(buildComparisonMessage({ ...sides, boards: [sides.comparison] }, 'en-US'));
  expect(text).toContain(
    '**All time**: Player 1 leads by 120 since <t:1795348800:R> (places\u00a03\u00a0·\u00a07)',
  );
});

test('a comparison on a board that neither is on names no leader', () => {
  const positions: [null, null] = [null, null];
  const boards = [{ ...sides.comparison, positions, leader_player_id: null, leads_since: null }];
  expect(JSON.stringify(buildComparisonMessage({ ...sides, boards }, 'en-US'))).toContain(
    'neither is on this board',
  );
});

test('long names and many metrics stay within the limits', () => {
  const many = Array.from({ length: 60 }, (_, index) => ({
    ...sides.comparison,
    name: `${'#'.repeat(60)}${index}`,
  }));
  const players: SideBySide['players'] = [makeSide('1', '_'.repeat(80)), makeSide('2', '_'.repeat(80))];
  const metrics = many.map(() => ({
    metric: 'x'.repeat(64),
    points: [1e12, 1e12] satisfies [number, number],
    units: [1, 1] satisfies [number, number],
  }));
  const totals = many.map(() => ({
    ...stats.totals[0],
    metric: 'x'.repeat(64),
    units: 1e12,
    points: 1e12,
    event_count: 1,
    last_occurred_at: '',
  }));
  for (const message of [
    buildComparisonMessage({ ...sides, players, boards: many, metrics }, 'en-US'),
    buildStatsMessage({ ...view, stats: { ...stats, display_name: '*'.repeat(80), totals } }),
  ]) {
    const measured = measureMessage(message);
    expect(measured.component_count).toBeLessThanOrEqual(messageLimits.componentCountMax);
    expect(measured.text_length).toBeLessThanOrEqual(messageLimits.textLengthMax);
  }
});

test('a line of bars starts at zero and ends at the highest', () => {
  expect(formatSparkline([0, 50, 100])).toBe('▁▅█');
  expect(formatSparkline([0, 0])).toBe('▁▁');
  expect(formatSparkline([])).toBe('');
});

test('tables align by characters, and text cannot leave their block', () => {
  expect(
    formatTable([
      ['ab', '1'],
      ['é', '22'],
    ]),
  ).toBe('```\nab   1\né   22\n```');
  expect(formatTable([['```', '1']])).toBe("```\n'''  1\n```");
});

test('metrics read as words', () => {
  expect(formatMetric('deal_closed')).toBe('Deal closed');
});
