import type { PeriodState } from '#domain/leaderboard/vocabulary.ts';

/** Where a period is in its life, as people see it: the grace after its end is not part of it any more. */
export type PeriodPhase = 'planned' | 'running' | 'ended' | 'closing' | 'final';

/** The phase of a period at a moment. */
export function findPhase(
  { state, ends_at }: { state: PeriodState; ends_at: string | null },
  nowMs: number,
): PeriodPhase {
  if (state === 'upcoming') return 'planned';
  if (state === 'closed') return 'final';
  if (state === 'closing') return 'closing';
  return ends_at !== null && Date.parse(ends_at) <= nowMs ? 'ended' : 'running';
}

/** Whether it lies in the past, be it final or not. */
export const isOver = (phase: PeriodPhase): boolean => phase !== 'planned' && phase !== 'running';

export const phaseNames: Record<PeriodPhase, string> = {
  planned: 'Planned',
  running: 'Running',
  ended: 'Not final yet',
  closing: 'Not final yet',
  final: 'Final',
};
