import { NonRetriableError } from 'inngest';
import { afterEach, expect, test } from 'vitest';
import { type RecordingRig, type StoredStep, startRecordingRig } from '../../testing/start-recording-rig.ts';

let rig: RecordingRig;
afterEach(() => rig.stop());

const outline = (steps: StoredStep[]) =>
  steps.map(({ name, attempt, kind, status }) => `${kind} ${name} #${attempt} ${status}`);

test('a chain is recorded once a step, in its order and with its times', async () => {
  rig = await startRecordingRig((client) => [
    client.createFunction({ id: 'chain', triggers: { event: 'test/chain' } }, async ({ step }) => {
      const first = await step.run('first', () => 1);
      const second = await step.run('second', () => first + 1);
      const third = await step.run('third', () => second + 1);
      return { third };
    }),
  ]);
  await rig.run('test/chain', { request_id: 'r-1', note: 'hello' });
  expect(await rig.readRun('chain')).toMatchObject({
    status: 'completed',
    attempt: 0,
    input: { request_id: 'r-1', note: 'hello' },
    is_input_whole: true,
    cause_kind: 'request',
    cause_id: 'r-1',
    output: { third: 3 },
    error: null,
  });
  const steps = await rig.listSteps('chain');
  expect(outline(steps)).toEqual([
    'run first #0 completed',
    'run second #0 completed',
    'run third #0 completed',
  ]);
  for (const [index, step] of steps.entries()) {
    expect(step).toMatchObject({ is_timed: true, execution_count: 1, output: index + 1 });
    expect(step.started_at.getTime()).toBeLessThanOrEqual(step.ended_at?.getTime() ?? 0);
    const following = steps[index + 1];
    if (following) expect(step.ended_at?.getTime()).toBeLessThanOrEqual(following.started_at.getTime());
  }
});

test('each attempt of a step that fails is recorded, and the run goes on', async () => {
  let tryCount = 0;
  rig = await startRecordingRig((client) => [
    client.createFunction(
      { id: 'flaky', triggers: { event: 'test/flaky' }, retries: 3 },
      async ({ step }) => {
        await step.run('steady', () => null);
        return step.run('flaky', () => {
          tryCount += 1;
          if (tryCount < 3) throw new Error(`Not yet: ${tryCount}.`);
          return 'done';
        });
      },
    ),
  ]);
  await rig.run('test/flaky');
  expect(await rig.readRun('flaky')).toMatchObject({ status: 'completed', attempt: 2, error: null });
  const steps = await rig.listSteps('flaky');
  expect(outline(steps)).toEqual([
    'run steady #0 completed',
    'run flaky #0 failed',
    'run flaky #1 failed',
    'run flaky #2 completed',
  ]);
  expect(steps[1]?.error?.message).toBe('Not yet: 1.');
});

test('a run that fails for good says why, without secrets', async () => {
  rig = await startRecordingRig((client) => [
    client.createFunction(
      { id: 'broken', triggers: { event: 'test/broken' }, retries: 1 },
      async ({ step }) => {
        await step.run('call', () => {
          throw new Error(
            'POST /webhooks/123456789012345678/aW50ZXJhY3Rpb246MTIz: 401 for Bot abcdefghijklmnopqrstuv',
          );
        });
      },
    ),
    client.createFunction({ id: 'refused', triggers: { event: 'test/refused' } }, () => {
      throw new NonRetriableError('There is no such request.', { cause: new Error('It was removed.') });
    }),
  ]);
  await rig.run('test/broken', { access_token: 'x', nested: [{ password: 'y' }] });
  const run = await rig.readRun('broken');
  expect(run).toMatchObject({ status: 'failed', attempt: 1, is_input_whole: false });
  expect(run.error?.message).toBe('POST /webhooks/123456789012345678/[redacted]: 401 for Bot [redacted]');
  expect(run.input).toEqual({ access_token: '[redacted]', nested: [{ password: '[redacted]' }] });
  expect(JSON.stringify(rig.reports)).not.toContain('abcdefghijklmnopqrstuv');
  expect(JSON.stringify(await rig.listSteps('broken'))).not.toContain('aW50ZXJhY3Rpb246MTIz');

  await rig.run('test/refused');
  expect(await rig.readRun('refused')).toMatchObject({
    status: 'failed',
    attempt: 0,
    error: { message: 'There is no such request.', cause: { message: 'It was removed.' } },
  });
});

test('a sleep and a wait are shown while they last, and no call is expected meanwhile', async () => {
  rig = await startRecordingRig((client) => [
    client.createFunction({ id: 'patient', triggers: { event: 'test/patient' } }, async ({ step }) => {
      await step.sleep('nap', '2h');
      const answer = await step.waitForEvent('answer', { event: 'test/answer', timeout: '1d' });
      return answer === null ? 'none' : 'some';
    }),
  ]);
  await rig.run('test/patient');
  const asleep = await rig.readRun('patient');
  expect(asleep.status).toBe('running');
  expect(asleep.quiet_after.getTime() - Date.now()).toBeGreaterThan(2 * 3_600_000);
  expect(outline(await rig.listSteps('patient'))).toEqual(['sleep nap #0 waiting']);
  await rig.engine.advance(2 * 3_600_000);
  const waiting = await rig.readRun('patient');
  expect(waiting.quiet_after.getTime() - Date.now()).toBeGreaterThan(23 * 3_600_000);
  expect(outline(await rig.listSteps('patient'))).toEqual([
    'sleep nap #0 completed',
    'wait answer #0 waiting',
  ]);
  await rig.engine.advance(25 * 3_600_000);
  expect(await rig.readRun('patient')).toMatchObject({ status: 'completed', output: 'none' });
  const steps = await rig.listSteps('patient');
  expect(outline(steps)).toEqual(['sleep nap #0 completed', 'wait answer #0 completed']);
  expect(steps[1]).toMatchObject({ output: null, is_timed: true });
});

test('parallel steps are recorded each once', async () => {
  rig = await startRecordingRig((client) => [
    client.createFunction({ id: 'wide', triggers: { event: 'test/wide' } }, async ({ step }) => {
      const sum = await Promise.all([1, 2, 3, 4].map((n) => step.run(`part-${n}`, () => n)));
      return step.run('add', () => sum.reduce((total, n) => total + n, 0));
    }),
  ]);
  await rig.run('test/wide');
  expect(await rig.readRun('wide')).toMatchObject({ status: 'completed', output: 10 });
  const steps = await rig.listSteps('wide');
  expect(outline(steps).toSorted()).toEqual([
    'run add #0 completed',
    ...[1, 2, 3, 4].map((n) => `run part-${n} #0 completed`),
  ]);
  expect(steps.every(({ execution_count, is_timed }) => execution_count === 1 && is_timed)).toBe(true);
});

test('what a dead worker could not report is learnt from the next call of the engine', async () => {
  rig = await startRecordingRig((client) => [
    client.createFunction({ id: 'orphan', triggers: { event: 'test/orphan' } }, async ({ step }) => {
      await step.run('before', () => {
        rig.replaceWorker(true);
        return 'told to nobody';
      });
      await step.sleep('nap', '1h');
      return step.run('after', () => 'seen');
    }),
  ]);
  await rig.run('test/orphan');
  rig.replaceWorker();
  await rig.engine.advance(3_600_000);
  expect(await rig.readRun('orphan')).toMatchObject({ status: 'completed', output: 'seen' });
  const steps = await rig.listSteps('orphan');
  expect(outline(steps).toSorted()).toEqual([
    'run after #0 completed',
    'run before #0 completed',
    'sleep nap #0 completed',
  ]);
  expect(steps.find(({ name }) => name === 'before')).toMatchObject({
    is_timed: false,
    output: 'told to nobody',
  });
  expect(steps.find(({ name }) => name === 'after')).toMatchObject({ is_timed: true });
});

test('an unsigned call is not reported', async () => {
  const signingKey = `signkey-test-${'ab'.repeat(16)}`;
  rig = await startRecordingRig((client) => [
    client.createFunction({ id: 'plain', triggers: { event: 'test/plain' } }, () => 'done'),
  ]);
  const { Inngest } = await import('inngest');
  const { serve } = await import('inngest/hono');
  const { Hono } = await import('hono');
  const { recordRuns } = await import('./record-runs.ts');
  const reports: unknown[] = [];
  const client = new Inngest({ id: 'signed', isDev: false, signingKey, eventKey: 'x' });
  const functions = recordRuns(
    [client.createFunction({ id: 'plain', triggers: { event: 'test/plain' } }, () => 'done')],
    { report: (report) => reports.push(report), isRunKnown: () => false, isStepKnown: () => false },
  );
  const app = new Hono().on(
    ['POST'],
    '/api/inngest',
    serve({ client, functions, servePath: '/api/inngest' }),
  );
  const body = JSON.stringify({
    event: { name: 'test/plain', data: {} },
    events: [{ name: 'test/plain', data: {} }],
    steps: {},
    ctx: { run_id: '01', attempt: 0, stack: { stack: [], current: 0 } },
  });
  const answer = await app.request('/api/inngest?fnId=signed-plain&stepId=step', { method: 'POST', body });
  expect(answer.status).toBe(401);
  expect(reports).toEqual([]);
});
