import { expect, test } from 'vitest';
import type { StepReport, WorkflowReport } from '#domain/platform/workflows/workflow-report.ts';
import { mergeReports } from './merge-reports.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 30, 12, 0, second)).toISOString();
const makeReport = (run_id: string, second: number, part: Partial<WorkflowReport> = {}): WorkflowReport => ({
  ...{ run_id, function_id: 'f', at: at(second), attempt: 0, status: 'running', steps: [] },
  ...part,
});
const begin: StepReport = {
  ...{ step_id: 's', attempt: 0, name: 's', kind: 'run', status: 'running' },
  started_at: at(1),
};
const end: StepReport = { ...begin, status: 'completed', ended_at: at(2) };
const outline = (reports: readonly WorkflowReport[]) =>
  mergeReports(reports).map(({ run_id, at: moment, status, steps }) =>
    [run_id, moment.slice(17, 19), status, ...steps.map((step) => step.status)].join(' '),
  );

test('progress becomes part of what follows; the first report stays', () => {
  const reports = [
    makeReport('A', 0),
    makeReport('A', 1, { steps: [begin] }),
    makeReport('A', 2, { steps: [end] }),
    makeReport('A', 3, { status: 'completed' }),
  ];
  expect(outline(reports)).toEqual(['A 00 running', 'A 03 completed completed']);
});

test('each run for itself, in the order in which it was last seen first', () => {
  expect(
    outline([
      makeReport('A', 0),
      makeReport('B', 1),
      makeReport('A', 2),
      makeReport('B', 3),
      makeReport('A', 4),
    ]),
  ).toEqual(['A 00 running', 'B 01 running', 'A 04 running', 'B 03 running']);
});

test.each([
  ['another attempt', { attempt: 1 }, {}],
  ['an end', {}, { status: 'completed' as const }],
  ["the engine's word", {}, { is_engine_word: true }],
])('%s is kept apart', (_, later, earlier) => {
  const reports = [makeReport('A', 0), makeReport('A', 1, earlier), makeReport('A', 2, later)];
  expect(mergeReports(reports)).toHaveLength(3);
});

test('an execution without an end, and one that was repeated, are kept', () => {
  const repeated = { ...begin, started_at: at(3) };
  const [, merged] = mergeReports([
    makeReport('A', 0),
    makeReport('A', 1, { steps: [begin] }),
    makeReport('A', 3, { steps: [repeated] }),
  ]);
  expect(merged?.steps).toEqual([begin, repeated]);
});

test('an error of progress does not survive the success that follows', () => {
  const [, merged] = mergeReports([
    makeReport('A', 0),
    makeReport('A', 1, { error: { message: 'x' } }),
    makeReport('A', 2),
  ]);
  expect(merged?.error).toBeUndefined();
});
