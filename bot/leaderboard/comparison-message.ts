import { nameMetric } from '#domain/leaderboard/name-metric.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import type { PlayerComparison } from '#store/leaderboard/reads/player-comparison-schema.ts';
import { formatRank, formatTable } from '../platform/format.ts';
import {
  accentColors,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildSeparator,
  buildText,
  formatTime,
  type MessageBody,
} from '../platform/message.ts';
import { showName, showPlainText, showText } from '../platform/shown-text.ts';

export type SideBySide = PlayerComparison;

// Together these keep the message within Discord's limit, however long names are.
const boardCountMax = 10;
const metricCountMax = 12;
const boardNameLengthMax = 80;
const leaderNameLengthMax = 60;
const headLengthMax = 60;

function formatBoard(comparison: SideBySide['boards'][number], sides: SideBySide, locale: string): string {
  const name = `**${showText(comparison.name, boardNameLengthMax)}**`;
  const leaderIndex = sides.players.findIndex(({ player_id }) => player_id === comparison.leader_player_id);
  const leader = sides.players[leaderIndex];
  if (!leader) return `${name}: neither is on this board`;
  const [rank, otherRank] = [leaderIndex, 1 - leaderIndex].map((index) => {
    const held = comparison.ranks[index];
    return held ? formatRank(held, locale) : 'not ranked';
  });
  const ranks = `(${rank} vs ${otherRank})`;
  const who = showText(leader.display_name, leaderNameLengthMax);
  if (comparison.lead_points === 0) return `${name}: tied on points, ${who} got there first ${ranks}`;
  const points = comparison.lead_points === 1 ? 'point' : 'points';
  const lead = `${formatNumber(comparison.lead_points, locale)} ${points}`;
  return comparison.leads_since
    ? `${name}: ${who} has led since ${formatTime(comparison.leads_since, 'D')}, currently by ${lead} ${ranks}`
    : `${name}: ${who} leads by ${lead} ${ranks}`;
}

/** The boards, the requested one first, because there may be more than fit. */
function formatBoards(sides: SideBySide, locale: string): string {
  const { comparison: asked, boards } = sides;
  const others = boards.filter(({ board }) => board !== asked.board);
  const lines = [asked, ...others].slice(0, boardCountMax).map((board) => formatBoard(board, sides, locale));
  const hiddenCount = others.length + 1 - lines.length;
  if (hiddenCount > 0) {
    lines.push(
      `-# ${hiddenCount} more ${hiddenCount === 1 ? 'board' : 'boards'}: choose one as \`board\` to see it here`,
    );
  }
  return lines.join('\n');
}

/**
 * Two players side by side: who leads on each board, by how much and since when, and where the points came
 * from.
 */
export function buildComparisonMessage(
  sides: SideBySide,
  { webUrl, locale }: { webUrl: string; locale: string },
): MessageBody {
  const names = sides.players.map(({ display_name }) => display_name);
  const metrics = sides.metrics
    .toSorted((one, other) => Math.max(...other.points) - Math.max(...one.points))
    .slice(0, metricCountMax)
    .map(({ metric, points }) => [
      showPlainText(nameMetric(metric), 60, 20),
      ...points.map((value) => formatNumber(value, locale)),
    ]);
  const [a = '', b = ''] = sides.players.map(({ username }) => username);
  const url = `${webUrl}/compare?${new URLSearchParams({ a, b, board: sides.comparison.board })}`;
  const head = ['Points', ...names.map((name) => showPlainText(name, headLengthMax, 14))];
  return buildMessage(
    buildContainer(accentColors.brand, [
      buildText(`## ${names.map((name) => showName(name)).join(' vs ')}`),
      buildSeparator(),
      buildText(formatBoards(sides, locale)),
      buildSeparator(),
      buildText(metrics.length === 0 ? 'Neither has points yet.' : formatTable([head, ...metrics])),
      buildRow(buildLinkButton('View charts', url)),
    ]),
  );
}
