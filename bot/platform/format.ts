import { formatMarkedRank } from '#domain/leaderboard/format-rank.ts';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { tierMarks } from '#domain/leaderboard/tier-marks.ts';
import type { Tier } from '#domain/leaderboard/vocabulary.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { countShownCharacters } from './shown-text.ts';

/** A tier with its emoji, for example "👑 Champion"; empty without a tier. */
export function formatTier(tier: Tier | null): string {
  return tier === null ? '' : `${tierMarks[tier].emoji} ${tierMarks[tier].name}`;
}

/** The emoji of a tier. */
export function formatTierSign(tier: Tier | null): string {
  return tier === null ? '' : tierMarks[tier].emoji;
}

/** "#12", or "T12" if the rank is tied. */
export function formatRank(standing: Pick<Standing, 'rank' | 'is_tied'>, locale = 'en-US'): string {
  return formatMarkedRank(standing, (rank) => formatNumber(rank, locale));
}

/** Places gained or lost: "▲ 3", "▼ 1", "new"; nothing for a player who kept the place. */
export function formatMovement(movement: number | null): string {
  if (movement === null) return 'new';
  if (movement === 0) return '';
  return movement > 0 ? `▲ ${movement}` : `▼ ${-movement}`;
}

const sparkSigns = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A line of bars, one per value, scaled from zero to the maximum. Empty input returns an empty string. */
export function formatSparkline(values: readonly number[]): string {
  const highest = Math.max(...values, 0);
  const topIndex = sparkSigns.length - 1;
  const toSign = (value: number) =>
    sparkSigns[highest === 0 ? 0 : Math.round((Math.max(value, 0) / highest) * topIndex)];
  return values.map(toSign).join('');
}

/**
 * Columns of equal width in a code block, the first left-aligned and the others right-aligned. Cells must not
 * contain line breaks.
 */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => countShownCharacters(row[column] ?? ''))),
  );
  const pad = (cell: string, column: number) => {
    const gap = ' '.repeat(Math.max(0, (widths[column] ?? 0) - countShownCharacters(cell)));
    return column === 0 ? cell + gap : gap + cell;
  };
  const lines = rows.map((row) =>
    row.map((cell, column) => pad(cell.replaceAll('`', "'"), column)).join('  '),
  );
  return `\`\`\`\n${lines.join('\n')}\n\`\`\``;
}
