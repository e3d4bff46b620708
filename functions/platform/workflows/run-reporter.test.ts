import { expect, test, vi } from 'vitest';
import type { WorkflowReport } from '#domain/platform/workflows/workflow-report.ts';
import { RunReporter } from './run-reporter.ts';

const makeReport = (run_id: string, part: Partial<WorkflowReport> = {}): WorkflowReport => ({
  ...{ run_id, function_id: 'f', at: '2026-11-30T12:00:00Z', attempt: 0, status: 'running', steps: [] },
  ...part,
});
const event = { id: null, name: 'x/y.z', data: {}, is_whole: true };

function startReporter(send: (reports: WorkflowReport[]) => Promise<unknown>, isPassing = true) {
  const log = vi.fn();
  const reporter = new RunReporter({ send, log, isPassing: () => isPassing, gatherMs: 1, retryMs: 1 });
  return { reporter, log };
}
const idsOf = (batches: readonly WorkflowReport[][]) =>
  batches.map((batch) => batch.map(({ run_id }) => run_id).join(''));

test('what happens together is sent together, in order, one request at a time', async () => {
  const batches: WorkflowReport[][] = [];
  let sendingCount = 0;
  const { reporter } = startReporter(async (batch) => {
    sendingCount += 1;
    expect(sendingCount).toBe(1);
    batches.push(batch);
    if (batches.length === 1) reporter.report(makeReport('C'));
    await Promise.resolve();
    sendingCount -= 1;
  });
  reporter.report(makeReport('A'));
  reporter.report(makeReport('B'));
  await reporter.flush(5_000);
  expect(idsOf(batches)).toEqual(['AB', 'C']);
});

test('during an outage, reports wait in their order', async () => {
  const batches: WorkflowReport[][] = [];
  let tryCount = 0;
  const { reporter, log } = startReporter(async (batch) => {
    tryCount += 1;
    if (tryCount < 4) throw new Error('away');
    batches.push(batch);
  });
  for (const id of ['A', 'B', 'C']) reporter.report(makeReport(id));
  await reporter.flush(5_000);
  expect(idsOf(batches)).toEqual(['ABC']);
  expect(log).toHaveBeenCalledTimes(1);
});

test('a report that is refused takes no other with it', async () => {
  const batches: WorkflowReport[][] = [];
  const { reporter, log } = startReporter(async (batch) => {
    if (batch.some(({ run_id }) => run_id === 'B')) throw new Error('refused');
    batches.push(batch);
  }, false);
  for (const id of ['A', 'B', 'C']) reporter.report(makeReport(id));
  await reporter.flush(5_000);
  expect(idsOf(batches)).toEqual(['A', 'C']);
  expect(log).toHaveBeenCalledWith('a report of a run was refused', expect.any(Error), { run_id: 'B' });
});

test('what is recorded is known, and nothing before', async () => {
  const { reporter } = startReporter(async () => {});
  const step = {
    step_id: 's',
    attempt: 0,
    name: 's',
    kind: 'run',
    status: 'running',
    started_at: 'x',
  } as const;
  reporter.report(makeReport('A', { event, steps: [step] }));
  expect(reporter.isRunKnown('A')).toBe(false);
  await reporter.flush(5_000);
  expect([reporter.isRunKnown('A'), reporter.isStepKnown('A', 's')]).toEqual([true, false]);
  reporter.report(makeReport('A', { steps: [{ ...step, status: 'completed', ended_at: 'y' }] }));
  await reporter.flush(5_000);
  expect(reporter.isStepKnown('A', 's')).toBe(true);
});

test('while nothing can be recorded, memory stays bounded and nobody waits', async () => {
  const [began, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const sent: WorkflowReport[] = [];
  const { reporter, log } = startReporter(async (batch) => {
    began.resolve();
    await gate.promise;
    sent.push(...batch);
  });
  reporter.report(makeReport('first'));
  await began.promise;
  for (let count = 0; count < 2_500; count += 1) reporter.report(makeReport(String(count)));
  await reporter.flush(1);
  gate.resolve();
  await reporter.flush(5_000);
  expect(sent.length).toBe(2_001);
  expect(sent.at(-1)?.run_id).toBe('2499');
  expect(log).toHaveBeenCalledWith('reports of runs were dropped', null, { count: 500 });
});
