import { expect, test } from 'vitest';
import type { PlayerStats } from '#store/leaderboard/reads/player-stats-schema.ts';
import { formatSparkline, formatTable } from '../platform/format.ts';
import { messageLimits } from '../platform/message.ts';
import { measureMessage, readAnswer } from '../testing/measure-message.ts';
import { buildStatsMessage } from './stats-message.ts';

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

test('stats draw thirty days and name the total', () => {
  const text = readAnswer(buildStatsMessage(view));
  expect(text).toContain(`${'▁'.repeat(27)}█▁▅`);
  expect(text).toContain('150 points on 2 of 30 days');
  expect(text).toContain('Deal closed  12 ×   1,200');
});

test('stats of an inactive player state that', () => {
  const text = readAnswer(buildStatsMessage({ ...view, stats: { ...stats, totals: [], activity: [] } }));
  expect(text).toContain('Nothing yet.');
  expect(text).toContain('▁'.repeat(30));
});

test.each(['*'.repeat(80), '😀'.repeat(80), '_'.repeat(80)])(
  'long names and many metrics stay within the limits: %s',
  (display_name) => {
    const totals = Array.from({ length: 60 }, () => ({
      metric: 'x'.repeat(64),
      units: Number.MAX_SAFE_INTEGER,
      points: -Number.MAX_SAFE_INTEGER,
      event_count: 1,
      last_occurred_at: '',
    }));
    const measured = measureMessage(
      buildStatsMessage({ ...view, stats: { ...stats, display_name, totals } }),
    );
    expect(measured.component_count).toBeLessThanOrEqual(messageLimits.componentCountMax);
    expect(measured.text_length).toBeLessThanOrEqual(messageLimits.textLengthMax);
  },
);

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
