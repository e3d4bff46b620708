import type { comparePlayers } from '#store/leaderboard/compare-players.ts';
import { formatMetric, formatNumber, formatTable } from './format.ts';
import {
  accentColors,
  buildContainer,
  buildMessage,
  buildSeparator,
  buildText,
  escapeMarkdown,
  formatTime,
  type MessageBody,
  truncateText,
} from './message.ts';

export type SideBySide = NonNullable<Awaited<ReturnType<typeof comparePlayers>>>;

const boardCountMax = 10;
const metricCountMax = 12;

function formatBoard(comparison: SideBySide['boards'][number], sides: SideBySide, locale: string): string {
  const name = `**${escapeMarkdown(comparison.name)}**`;
  const leader = sides.players.find(({ player_id }) => player_id === comparison.leader_player_id);
  if (!leader) return `${name}: neither is on this board`;
  // Places, which are nobody else's; a rank, written with #, is shared by equal scores.
  const places = comparison.positions.map((position) => position ?? '–').join('\u00a0·\u00a0');
  const lead = `by ${formatNumber(comparison.lead_points, locale)}`;
  const since = comparison.leads_since ? ` since ${formatTime(comparison.leads_since)}` : '';
  return `${name}: ${escapeMarkdown(truncateText(leader.display_name, 40))} leads ${lead}${since} (places\u00a0${places})`;
}

/** Two players side by side: who leads on which board, by how much and since when, and what it came from. */
export function buildComparisonMessage(sides: SideBySide, locale: string): MessageBody {
  const names = sides.players.map(({ display_name }) => truncateText(display_name, 40));
  const boards = sides.boards
    .slice(0, boardCountMax)
    .map((comparison) => formatBoard(comparison, sides, locale));
  const metrics = sides.metrics
    .slice(0, metricCountMax)
    .map(({ metric, points }) => [
      truncateText(formatMetric(metric), 20),
      ...points.map((value) => formatNumber(value, locale)),
    ]);
  const head = ['Points', ...names.map((name) => truncateText(name, 14))];
  return buildMessage(
    buildContainer(accentColors.brand, [
      buildText(`## ${names.map(escapeMarkdown).join(' vs ')}`),
      buildSeparator(),
      buildText(boards.join('\n')),
      buildSeparator(),
      buildText(metrics.length === 0 ? 'Neither has points yet.' : formatTable([head, ...metrics])),
    ]),
  );
}
