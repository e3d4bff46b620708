import type { Standing } from './standing.ts';

/** `1`, `1,234`, or `T4` for a tied rank: the same notation wherever a rank is shown. */
export function formatRank(
  { rank, is_tied }: Pick<Standing, 'rank' | 'is_tied'>,
  format: (rank: number) => string = (whole) => whole.toLocaleString('en-US'),
): string {
  return `${is_tied ? 'T' : ''}${format(rank)}`;
}
