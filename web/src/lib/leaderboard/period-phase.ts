import type { PeriodState } from '#domain/leaderboard/vocabulary.ts';

/** The phase of a period as people see it; the grace after its end is already past. */
export type PeriodPhase = 'planned' | 'running' | 'ended' | 'closing' | 'final';

/** The phase of a period at a given moment. */
export function findPhase(
  { state, ends_at }: { state: PeriodState; ends_at: string | null },
  nowMs: number,
): PeriodPhase {
  if (state === 'upcoming') return 'planned';
  if (state === 'closed') return 'final';
  if (state === 'closing') return 'closing';
  return ends_at !== null && Date.parse(ends_at) <= nowMs ? 'ended' : 'running';
}

/** Whether the period has ended, final or not. */
export const isOver = (phase: PeriodPhase): boolean => phase !== 'planned' && phase !== 'running';

export const phaseNames: Record<PeriodPhase, string> = {
  planned: 'Planned',
  running: 'Running',
  ended: 'Not final yet',
  closing: 'Not final yet',
  final: 'Final',
};
