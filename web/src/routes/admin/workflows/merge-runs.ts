import type { WorkflowRun } from '#store/platform/workflow-run-schema.ts';

/** A run in the list. */
export interface ShownRun extends WorkflowRun {
  /** It no longer matches the filters, so how it stands now is not known here. */
  isOutdated?: boolean;
}

/** The rows that are in sight, and the query they answer. */
export interface ShownRuns {
  query: string;
  rows: readonly ShownRun[];
}

/**
 * What a live list shows after it was read again: every row stays in its place with its new state. Runs that began
 * meanwhile are counted instead of inserted, so nothing moves under the pointer.
 */
export function mergeRuns(
  shown: ShownRuns | null,
  query: string,
  read: readonly WorkflowRun[],
): { rows: readonly ShownRun[]; newCount: number } {
  if (shown?.query !== query) return { rows: read, newCount: 0 };
  const latest = new Map(read.map((run) => [run.run_id, run]));
  const oldest = read.at(-1)?.started_at;
  const rows = shown.rows.map((row): ShownRun => {
    const now = latest.get(row.run_id);
    if (now) return now;
    // An older one was pushed to the next page.
    const isPushedOut = oldest !== undefined && row.started_at < oldest;
    return isPushedOut || row.ended_at !== null ? row : { ...row, isOutdated: true };
  });
  const known = new Set(shown.rows.map(({ run_id }) => run_id));
  return { rows, newCount: read.filter(({ run_id }) => !known.has(run_id)).length };
}
