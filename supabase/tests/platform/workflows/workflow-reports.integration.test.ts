import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { WorkflowReport } from '#domain/platform/workflows/workflow-report.ts';
import { at, makeReport, makeStep, record } from './workflow-stage.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let runCount = 0;
const newRunId = (): string => {
  runCount += 1;
  return `01TEST${runCount}`;
};

async function read(runId: string) {
  const [run] = await database.sql`select * from platform.workflow_runs where run_id = ${runId}`;
  const steps = await database.sql`
    select * from platform.workflow_steps where run_id = ${runId} order by step_id, attempt`;
  return { run: { ...run, run_id: null }, steps: steps.map((step) => ({ ...step, run_id: null })) };
}

/** A run as its workers report it: a step that fails once, a sleep, a step that a dead worker only began, an end. */
const story: Omit<WorkflowReport, 'run_id'>[] = [
  makeReport({
    run_id: '',
    at: at(0),
    event: { id: 'e', name: 'test/thing.happened', data: { a: 1 }, is_whole: true },
    cause: { kind: 'request', id: 'r' },
    steps: [makeStep({ step_id: 'a', started_at: at(0) })],
  }),
  makeReport({
    ...{ run_id: '', at: at(1) },
    steps: [
      makeStep({
        step_id: 'a',
        started_at: at(0),
        status: 'failed',
        ended_at: at(1),
        error: { message: 'x' },
      }),
    ],
  }),
  makeReport({ run_id: '', at: at(2), error: { message: 'x' } }),
  makeReport({
    ...{ run_id: '', at: at(4), attempt: 1 },
    steps: [
      makeStep({
        step_id: 'a',
        attempt: 1,
        started_at: at(3),
        status: 'completed',
        ended_at: at(4),
        output: 1,
      }),
    ],
  }),
  makeReport({
    ...{ run_id: '', at: at(5) },
    steps: [makeStep({ step_id: 'b', kind: 'sleep', started_at: at(5), status: 'waiting', due_at: at(9) })],
  }),
  makeReport({ run_id: '', at: at(10), steps: [makeStep({ step_id: 'c', started_at: at(10) })] }),
  makeReport({
    ...{ run_id: '', at: at(12) },
    steps: [makeStep({ step_id: 'c', started_at: at(12), status: 'completed', ended_at: at(13) })],
  }),
  makeReport({ run_id: '', at: at(14), status: 'completed', output: { ok: true } }),
];

test('the same reports in any order and with repetitions make the same run', async () => {
  const orders = fc.shuffledSubarray([...story, ...story], { minLength: story.length });
  const complete = orders.filter((reports) => new Set(reports).size === story.length);
  const inOrder = newRunId();
  await record(
    database,
    story.map((report) => ({ ...report, run_id: inOrder })),
  );
  const expected = await read(inOrder);
  expect(expected.run).toMatchObject({ status: 'completed', attempt: 1, output: { ok: true }, error: null });
  expect(expected.steps).toHaveLength(4);
  const withoutCounts = ({ run, steps }: Awaited<ReturnType<typeof read>>) => ({
    run,
    steps: steps.map((step) => ({ ...step, execution_count: null })),
  });
  await fc.assert(
    fc.asyncProperty(complete, fc.integer({ min: 1, max: 4 }), async (reports, batchSize) => {
      const run_id = newRunId();
      for (let start = 0; start < reports.length; start += batchSize) {
        await record(
          database,
          reports.slice(start, start + batchSize).map((report) => ({ ...report, run_id })),
        );
      }
      expect(withoutCounts(await read(run_id))).toEqual(withoutCounts(expected));
    }),
    { seed: 9, numRuns: 60 },
  );
});

test('what the engine remembers completes a step whose end nobody reported, without inventing a time', async () => {
  const run_id = newRunId();
  const memo = makeStep({
    ...{ step_id: 'a', started_at: at(60), ended_at: at(60), status: 'completed' },
    ...{ is_memo: true, is_timed: false, output: 7 },
  });
  await record(database, [
    makeReport({ run_id, at: at(0), steps: [makeStep({ step_id: 'a', started_at: at(0) })] }),
  ]);
  await record(database, [makeReport({ run_id, at: at(60), steps: [memo] })]);
  expect((await read(run_id)).steps).toMatchObject([
    { status: 'completed', is_timed: false, started_at: new Date(at(0)), output: 7, execution_count: 1 },
  ]);
  // The report of the end was only late.
  const end = makeStep({ step_id: 'a', started_at: at(0), ended_at: at(2), status: 'completed', output: 7 });
  await record(database, [makeReport({ run_id, at: at(2), steps: [end] })]);
  expect((await read(run_id)).steps).toMatchObject([
    { is_timed: true, ended_at: new Date(at(2)), execution_count: 1 },
  ]);
  await record(database, [makeReport({ run_id, at: at(70), steps: [memo] })]);
  expect((await read(run_id)).steps).toMatchObject([{ is_timed: true, ended_at: new Date(at(2)) }]);
});

test('an attempt that the engine repeats counts its executions and shows the last', async () => {
  const run_id = newRunId();
  await record(database, [
    makeReport({ run_id, at: at(0), steps: [makeStep({ step_id: 'a', started_at: at(0) })] }),
  ]);
  await record(database, [
    makeReport({ run_id, at: at(9), steps: [makeStep({ step_id: 'a', started_at: at(9) })] }),
  ]);
  const end = makeStep({ step_id: 'a', started_at: at(9), ended_at: at(10), status: 'completed' });
  await record(database, [makeReport({ run_id, at: at(10), steps: [end] })]);
  expect((await read(run_id)).steps).toMatchObject([
    { status: 'completed', started_at: new Date(at(9)), execution_count: 2 },
  ]);
});

test('fields that are named like a secret are redacted, and their run cannot be repeated', async () => {
  const run_id = newRunId();
  const data = { player_id: 'p', refresh_token: 'abc', list: [{ client_secret: 'x', name: 'n' }] };
  await record(database, [
    makeReport({
      ...{ run_id, at: at(0), status: 'completed', output: { authorization: 'Bearer' } },
      event: { id: null, name: 'test/thing.happened', data, is_whole: true },
    }),
  ]);
  expect((await read(run_id)).run).toMatchObject({
    input: {
      player_id: 'p',
      refresh_token: '[redacted]',
      list: [{ client_secret: '[redacted]', name: 'n' }],
    },
    output: { authorization: '[redacted]' },
    is_input_whole: false,
  });
});

test('a silent run is stalled until it is heard of again; a sleeping one is not', async () => {
  const [silent, sleeping] = [newRunId(), newRunId()];
  const now = new Date().toISOString();
  await record(database, [
    makeReport({ run_id: silent, at: at(0), quiet_seconds: 60 }),
    makeReport({ run_id: sleeping, at: now, quiet_seconds: 86_400 }),
  ]);
  await database.sql`select platform.mark_stalled_runs()`;
  expect((await read(silent)).run).toMatchObject({ status: 'stalled' });
  expect((await read(sleeping)).run).toMatchObject({ status: 'running' });
  await record(database, [makeReport({ run_id: silent, at: now })]);
  expect((await read(silent)).run).toMatchObject({ status: 'running' });
});

test('two workers that report about the same runs do not block each other for good', async () => {
  const ids = Array.from({ length: 20 }, newRunId);
  const batch = ids.map((run_id) => makeReport({ run_id, at: at(1) }));
  await Promise.all(
    Array.from({ length: 8 }, (_, index) => record(database, index % 2 === 0 ? batch : batch.toReversed())),
  );
  const rows = await database.sql`select from platform.workflow_runs where run_id = any (${ids})`;
  expect(rows).toHaveLength(20);
});
