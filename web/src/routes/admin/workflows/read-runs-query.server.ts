import { z } from 'zod';
import { toSearchText, toStorable } from '#domain/platform/text/storable-text.ts';
import { runCauseKinds, runStatuses } from '#domain/platform/workflows/vocabulary.ts';
import type { TableSort } from '#lib/table/table-query.ts';
import type { listWorkflowRuns } from '#store/platform/list-workflow-runs.ts';

type RunFilters = NonNullable<Parameters<typeof listWorkflowRuns>[1]>;

const sorts = ['started_at', 'duration_ms'] as const;
const spans = [24, 168, 720] as const;
export const statisticsHours: readonly number[] = spans;

/** The start of a day in UTC, some days after the given one. */
function toMoment(day: string | null, dayCount: number): string | undefined {
  const parsed = z.iso.date().safeParse(day);
  if (!parsed.success) return undefined;
  const date = new Date(`${parsed.data}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + dayCount);
  return date.toISOString();
}

/** What the URL of the list asks for; what it cannot ask for is left out. */
export function readRunsQuery({ searchParams }: URL): {
  filters: RunFilters;
  sort: TableSort;
  hours: number;
} {
  const read = (name: string): string | undefined => toStorable(searchParams.get(name) ?? '') || undefined;
  const sortText = searchParams.get('sort') ?? '-started_at';
  const sort_by = z.enum(sorts).catch('started_at').parse(sortText.replace(/^-/, ''));
  const is_descending = sortText.startsWith('-');
  const hours = Number(searchParams.get('hours'));
  return {
    hours: statisticsHours.includes(hours) ? hours : spans[0],
    sort: { by: sort_by, isDescending: is_descending },
    filters: {
      ...{ sort_by, is_descending, max_rows: 30 },
      function_id: read('function'),
      status: z.enum(runStatuses).safeParse(searchParams.get('status')).data,
      cause_kind: z.enum(runCauseKinds).safeParse(searchParams.get('cause')).data,
      cause_id: read('cause_id'),
      started_after: toMoment(searchParams.get('from'), 0),
      started_before: toMoment(searchParams.get('to'), 1),
      query: toSearchText(searchParams.get('q') ?? '', 100) || undefined,
      after: read('after'),
    },
  };
}
