import type { FunctionStatistics } from '#store/platform/get-workflow-statistics.ts';

/** Below this share of completed runs, a function needs a look. */
const goodShare = 0.99;

/** The share of ended runs that completed; cancelled ones are nobody's failure. */
export function describeSuccess({
  completed_count,
  failed_count,
}: Pick<FunctionStatistics, 'completed_count' | 'failed_count'>): { text: string; isGood: boolean } {
  const ended = completed_count + failed_count;
  if (ended === 0) return { text: '–', isGood: true };
  const share = completed_count / ended;
  // Never rounded up to a hundred: one failure must stay in sight.
  const percent = failed_count > 0 ? Math.min(Math.floor(share * 1_000) / 10, 99.9) : 100;
  return { text: `${percent} %`, isGood: share >= goodShare };
}
