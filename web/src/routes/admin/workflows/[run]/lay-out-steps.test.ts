import { expect, test } from 'vitest';
import type { WorkflowStep } from '#store/platform/workflow-run-schema.ts';
import { layOutSteps } from './lay-out-steps.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 30, 12, 0, second)).toISOString();
const makeStep = (started: number, ended: number | null, part: Partial<WorkflowStep> = {}): WorkflowStep => ({
  ...{ step_id: 's', attempt: 0, name: 's', kind: 'run', status: 'completed', due_at: null, is_timed: true },
  ...{ execution_count: 1, output: null, error: null },
  started_at: at(started),
  ended_at: ended === null ? null : at(ended),
  ...part,
});
const layOut = (ended: number | null, steps: WorkflowStep[], now = 0) =>
  layOutSteps(
    { started_at: at(0), ended_at: ended === null ? null : at(ended), steps },
    Date.parse(at(now)),
  ).map(({ left, width, offsetMs, durationMs }) => ({ left, width, offsetMs, durationMs }));

test('a bar lies where its step lies in the run', () => {
  expect(layOut(10, [makeStep(1, 3), makeStep(5, 10)])).toEqual([
    { left: 10, width: 20, offsetMs: 1_000, durationMs: 2_000 },
    { left: 50, width: 50, offsetMs: 5_000, durationMs: 5_000 },
  ]);
});

test('a step under way reaches to now, an interrupted one to the end of the run', () => {
  expect(layOut(null, [makeStep(5, null)], 20)).toEqual([
    { left: 25, width: 75, offsetMs: 5_000, durationMs: null },
  ]);
  expect(layOut(10, [makeStep(5, null)], 99)).toEqual([
    { left: 50, width: 50, offsetMs: 5_000, durationMs: null },
  ]);
});

test('no duration is claimed for a step whose end nobody saw', () => {
  expect(layOut(10, [makeStep(5, 8, { is_timed: false })])[0]?.durationMs).toBeNull();
});

test('a run and a step without length have a place', () => {
  expect(layOut(0, [makeStep(0, 0)])).toEqual([{ left: 0, width: 0, offsetMs: 0, durationMs: 0 }]);
});
