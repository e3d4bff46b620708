import type { Standing } from './standing.ts';

type Ranked = Pick<Standing, 'rank' | 'is_tied'>;
type FormatWhole = (rank: number) => string;

const formatPlain: FormatWhole = (whole) => whole.toLocaleString('en-US');

/** `1`, `1,234`, or `T4` for a tied rank: the notation where a heading says that it is a rank. */
export function formatRank({ rank, is_tied }: Ranked, format: FormatWhole = formatPlain): string {
  return `${is_tied ? 'T' : ''}${format(rank)}`;
}

/** `#1`, `#1,234`, or `T4` for a tied rank: the notation in a sentence or on its own. */
export function formatMarkedRank(standing: Ranked, format: FormatWhole = formatPlain): string {
  return `${standing.is_tied ? '' : '#'}${formatRank(standing, format)}`;
}
