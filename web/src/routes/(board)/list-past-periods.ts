import type { BoardPeriod, BoardSummary } from '#domain/leaderboard/standing.ts';
import { boardHref } from '#lib/leaderboard/board-query.ts';
import { nameBoardOfPast } from '#lib/leaderboard/name-board.ts';
import { findPhase, isOver, type PeriodPhase } from '#lib/leaderboard/period-phase.ts';
import { namePeriod } from '#lib/text/name-period.ts';

/** A period to go to. */
export interface PeriodLink {
  period_id: number;
  title: string;
  href: string;
  phase: PeriodPhase;
}

/** Where a period leads from and to on its board, and what else of the past there is. */
export interface PeriodPlaces {
  older: PeriodLink | null;
  newer: PeriodLink | null;
  /** What can be chosen, by board: the board's own past, or that of the others where it has none. */
  groups: { slug: string; name: string; periods: PeriodLink[] }[];
}

/** Of boards that are not the shown one so many periods each are listed. */
const otherCount = 3;

function toLink(board: BoardSummary, period: BoardPeriod, nowMs: number): PeriodLink {
  const phase = findPhase(period, nowMs);
  return {
    period_id: period.period_id,
    title: namePeriod({ ...board, ...period }) ?? board.name,
    // The running one goes on with the next by itself.
    href: boardHref({ board: board.slug, period_id: isOver(phase) ? period.period_id : undefined }),
    phase,
  };
}

/** The ways from the period on screen to others. */
export function listPastPeriods(
  boards: readonly BoardSummary[],
  { board: slug, period_id }: { board: string; period_id: number | null },
  nowMs: number,
): PeriodPlaces {
  const groups = boards.map((board) => ({
    slug: board.slug,
    name: nameBoardOfPast(board.name),
    all: board.periods.map((period) => toLink(board, period, nowMs)),
  }));
  const toGroup = (group: (typeof groups)[number], count?: number) => {
    const periods = group.all.filter(({ phase }) => isOver(phase)).slice(0, count);
    return periods.length > 0 ? [{ slug: group.slug, name: group.name, periods }] : [];
  };
  const own = groups.find((group) => group.slug === slug);
  const ownPast = own ? toGroup(own) : [];
  const index = own?.all.findIndex((period) => period.period_id === period_id) ?? -1;
  return {
    older: (index >= 0 && own?.all[index + 1]) || null,
    newer: (index > 0 && own?.all[index - 1]) || null,
    groups:
      ownPast.length > 0
        ? ownPast
        : groups.filter((group) => group !== own).flatMap((group) => toGroup(group, otherCount)),
  };
}
