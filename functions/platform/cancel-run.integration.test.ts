import { afterEach, beforeEach, expect, test } from 'vitest';
import { inngest } from '#inngest';
import { createPlayer, type Player } from '../../supabase/tests/personas.ts';
import { type FunctionRig, startFunctionRig } from '../testing/start-function-rig.ts';
import { createCancelRun } from './cancel-run.ts';
import { createFollowRunEnds } from './follow-run-ends.ts';
import { createRunReporter } from './workflows/create-run-reporter.ts';
import { createEngineApi } from './workflows/engine-api.ts';
import { recordRuns } from './workflows/record-runs.ts';
import type { RunReporter } from './workflows/run-reporter.ts';

let rig: FunctionRig;
let ada: Player;
let reporter: RunReporter;
let wakeCount: number;

beforeEach(async () => {
  wakeCount = 0;
  rig = await startFunctionRig((context) => {
    reporter = createRunReporter(context.store);
    const sleeper = inngest.createFunction(
      { id: 'sleeper', triggers: { event: 'test/sleep.wanted' } },
      async ({ step }) => {
        await step.sleep('nap', '1h');
        await step.run('wake', () => {
          wakeCount += 1;
        });
      },
    );
    const hopeless = inngest.createFunction(
      { id: 'hopeless', triggers: { event: 'test/hope.lost' }, retries: 0 },
      () => {
        throw new Error('There is no hope.');
      },
    );
    const functions = [
      sleeper,
      hopeless,
      createCancelRun(context.store, createEngineApi()),
      createFollowRunEnds(context.store),
    ];
    return recordRuns(functions, reporter);
  });
  ada = await createPlayer(rig.supabase.database, 'ada', 'admin');
});
afterEach(() => rig.stop());

async function readRun(functionId: string) {
  await reporter.flush(5_000);
  const [run] = await rig.supabase.database.sql`
    select * from platform.workflow_runs where function_id = ${functionId} order by started_at desc limit 1`;
  return run;
}

async function startSleeper(): Promise<string> {
  await rig.engine.send({ name: 'test/sleep.wanted', data: { player_id: ada.player_id } });
  await rig.engine.settle();
  return (await readRun('sleeper'))?.run_id ?? '';
}
const askToCancel = (runId: string) =>
  rig.supabase.database
    .sql`select public.cancel_workflow_run(${runId}, ${crypto.randomUUID()}, ${ada.player_id})`;

test('an admin cancels a sleeping run: it never wakes, and is shown as cancelled', async () => {
  const runId = await startSleeper();
  await askToCancel(runId);
  expect(await readRun('sleeper')).toMatchObject({
    status: 'running',
    cancel_requested_at: expect.any(Date),
  });
  await rig.relay();
  expect(await readRun('sleeper')).toMatchObject({ status: 'cancelled', is_engine_word: true });
  await rig.engine.advance(2 * 3_600_000);
  expect(wakeCount).toBe(0);
  expect(await readRun('cancel-run')).toMatchObject({
    status: 'completed',
    output: { outcome: 'cancelled' },
    cause_kind: 'run',
    cause_id: runId,
  });
  expect(await readRun('follow-run-ends')).toBeUndefined();
});

test('a run that ends before the engine is asked stays as it ended', async () => {
  const runId = await startSleeper();
  await askToCancel(runId);
  await rig.engine.advance(2 * 3_600_000);
  await rig.relay();
  expect(wakeCount).toBe(1);
  expect(await readRun('sleeper')).toMatchObject({ status: 'completed' });
  expect(await readRun('cancel-run')).toMatchObject({ output: { outcome: 'ended' } });
});

test('a run that the engine does not know counts as cancelled', async () => {
  await rig.supabase.database.sql`select public.record_workflow_reports(${JSON.stringify([
    {
      ...{ run_id: '01LOST', function_id: 'sleeper', at: new Date().toISOString(), attempt: 0 },
      ...{ status: 'running', quiet_seconds: 900, steps: [] },
    },
  ])}::text::jsonb)`;
  await askToCancel('01LOST');
  await rig.relay();
  expect(await readRun('sleeper')).toMatchObject({ status: 'cancelled', error: { name: 'UnknownRun' } });
});

test('the end that the engine reports outweighs a later report of a worker', async () => {
  const runId = await startSleeper();
  await rig.engine.runs.cancel(runId);
  await rig.engine.settle();
  await rig.supabase.database.sql`select public.record_workflow_reports(${JSON.stringify([
    {
      ...{ run_id: runId, function_id: 'sleeper', at: '2100-01-01T00:00:00Z', attempt: 0 },
      ...{ status: 'completed', output: 'late', steps: [] },
    },
  ])}::text::jsonb)`;
  expect(await readRun('sleeper')).toMatchObject({ status: 'cancelled' });
});

test('a run that the engine gives up is shown as failed, with the words of the error', async () => {
  await rig.engine.send({ name: 'test/hope.lost', data: {} });
  await rig.engine.settle();
  expect(await readRun('hopeless')).toMatchObject({
    status: 'failed',
    is_engine_word: true,
    error: { message: 'There is no hope.' },
  });
});
