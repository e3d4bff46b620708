import { expect, test } from 'vitest';
import type { WorkflowRun } from '#store/platform/workflow-run-schema.ts';
import { mergeRuns } from './merge-runs.ts';

function makeRun(run_id: string, minute: number, status: WorkflowRun['status'] = 'running'): WorkflowRun {
  const started_at = new Date(Date.UTC(2026, 10, 30, 12, minute)).toISOString();
  return {
    ...{
      run_id,
      status,
      started_at,
      last_seen_at: started_at,
      function_id: 'f',
      event_name: null,
      attempt: 0,
    },
    cause: { kind: 'event', id: 'e', label: null },
    ...{ repeats_run_id: null, duration_ms: null, error: null, is_cancel_requested: false },
    ended_at: status === 'completed' ? started_at : null,
  };
}
const outline = ({ rows, newCount }: ReturnType<typeof mergeRuns>) => [
  rows.map(({ run_id, status, isOutdated }) => `${run_id} ${isOutdated ? 'outdated' : status}`).join(', '),
  newCount,
];
const shown = { query: '?', rows: [makeRun('B', 2), makeRun('A', 1)] };

test('the first read and another query are shown as they were read', () => {
  expect(outline(mergeRuns(null, '?', shown.rows))).toEqual(['B running, A running', 0]);
  expect(outline(mergeRuns(shown, '?status=failed', []))).toEqual(['', 0]);
});

test('rows keep their place and take their new state; new runs are counted', () => {
  const read = [makeRun('C', 3), makeRun('B', 2, 'completed'), makeRun('A', 1)];
  expect(outline(mergeRuns(shown, '?', read))).toEqual(['B completed, A running', 1]);
});

test('a row that is pushed to the next page stays', () => {
  expect(outline(mergeRuns(shown, '?', [makeRun('C', 3), makeRun('B', 2)]))).toEqual([
    'B running, A running',
    1,
  ]);
});

test('an open run that left the list is no longer claimed to be running', () => {
  expect(outline(mergeRuns(shown, '?', [makeRun('A', 1)]))).toEqual(['B outdated, A running', 0]);
});
