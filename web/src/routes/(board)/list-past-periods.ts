import type { BoardPeriod, BoardSummary } from '#domain/leaderboard/standing.ts';
import { boardHref } from '#lib/leaderboard/board-query.ts';
import { nameBoardOfPast } from '#lib/leaderboard/name-board.ts';
import { findPhase, isOver, type PeriodPhase } from '#lib/leaderboard/period-phase.ts';
import { namePeriod } from '#lib/text/name-period.ts';

/** A period to navigate to. */
export interface PeriodLink {
  period_id: number;
  title: string;
  href: string;
  phase: PeriodPhase;
}

/** The periods before and after this one on its board, and other past periods. */
export interface PeriodPlaces {
  older: PeriodLink | null;
  newer: PeriodLink | null;
  /** The choices by board: the board's own past periods, or those of other boards if it has none. */
  groups: { slug: string; name: string; periods: PeriodLink[] }[];
}

/** For other boards, this many periods are listed. */
const otherCount = 3;

function toLink(board: BoardSummary, period: BoardPeriod, nowMs: number): PeriodLink {
  const phase = findPhase(period, nowMs);
  return {
    period_id: period.period_id,
    title: namePeriod({ ...board, ...period }) ?? board.name,
    // The current period continues with the next one by itself.
    href: boardHref({ board: board.slug, period_id: isOver(phase) ? period.period_id : undefined }),
    phase,
  };
}

/** The links from the current period to others. */
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
