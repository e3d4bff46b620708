import { fillDays } from '#domain/leaderboard/fill-days.ts';
import { nameMetric } from '#domain/leaderboard/name-metric.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import type { PlayerStats } from '#store/leaderboard/reads/player-stats-schema.ts';
import { formatSparkline, formatTable } from '../platform/format.ts';
import {
  accentColors,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildSeparator,
  buildText,
  type MessageBody,
} from '../platform/message.ts';
import { showName, showPlainText } from '../platform/shown-text.ts';

export interface StatsView {
  stats: PlayerStats;
  webUrl: string;
  locale: string;
}

const dayCount = 30;
const metricCountMax = 12;

function formatActivity({ stats, locale }: StatsView): string {
  const days = fillDays(stats.activity, stats.today, dayCount);
  const points = days.map((day) => day.points);
  const total = points.reduce((sum, value) => sum + value, 0);
  const activeCount = points.filter((value) => value > 0).length;
  const numbers = `${formatNumber(total, locale)} points on ${activeCount} of ${dayCount} days`;
  return `**Points per day, last ${dayCount} days**\n\`${formatSparkline(points)}\`\n-# ${numbers}`;
}

function formatTotals({ stats, locale }: StatsView): string {
  const rows = stats.totals
    .slice(0, metricCountMax)
    .map(({ metric, units, points }) => [
      showPlainText(nameMetric(metric), 60, 20),
      `${formatNumber(units, locale)} ×`,
      formatNumber(points, locale),
    ]);
  return rows.length === 0 ? 'Nothing yet.' : formatTable([['', 'done', 'points'], ...rows]);
}

/** A player's activity: points per day as a bar line, and where they came from. */
export function buildStatsMessage(view: StatsView): MessageBody {
  const { stats, webUrl } = view;
  const url = `${webUrl}/players/${encodeURIComponent(stats.username)}`;
  return buildMessage(
    buildContainer(accentColors.brand, [
      buildText(`## ${showName(stats.display_name, 80)} in numbers`),
      buildSeparator(),
      buildText(formatActivity(view)),
      buildSeparator(),
      buildText(`**Where the points came from**\n${formatTotals(view)}`),
      buildRow(buildLinkButton('View charts', url)),
    ]),
  );
}
