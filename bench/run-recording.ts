import type { Inngest } from 'inngest';
import { getTestSuperuserUrl } from '#dev/tests/test-password.ts';
import { systemClock } from '#emulators/inngest/clock.ts';
import { startTestEngine } from '#emulators/inngest/testing/start-test-engine.ts';
import { recordRuns } from '../functions/platform/workflows/record-runs.ts';
import { RunReporter } from '../functions/platform/workflows/run-reporter.ts';
import { measureInTurns } from './measure.ts';
import type { Row } from './report.ts';
import type { Stage } from './stage.ts';

const stepCount = 5;
const turnCount = 10;
const runsPerTurn = 30;

function createSteps(client: Inngest, id: string, onend: () => void) {
  return client.createFunction({ id, triggers: { event: `bench/${id}` } }, async ({ step }) => {
    for (let count = 0; count < stepCount; count += 1) await step.run(`step-${count}`, () => ({ count }));
    onend();
    return { stepCount };
  });
}

/** The same run of five empty steps with and without the recorder, alternating: what the recorder adds to a run. */
export async function benchRunRecording(stage: Stage): Promise<Row[]> {
  const { sql } = stage;
  let reportCount = 0;
  let batchCount = 0;
  let sendingMs = 0;
  const send = async (reports: unknown[]): Promise<void> => {
    const begunAt = performance.now();
    await sql`select public.record_workflow_reports(${JSON.stringify(reports)}::text::jsonb)`;
    sendingMs += performance.now() - begunAt;
    reportCount += reports.length;
    batchCount += 1;
  };
  let end = (): void => {};
  const onend = (): void => end();
  const reporter = new RunReporter({ send, isPassing: () => false, log: console.error });
  const stand = await startTestEngine(
    { databaseUrl: getTestSuperuserUrl(stage.port), clock: systemClock },
    (client) => [
      createSteps(client, 'plain', onend),
      ...recordRuns([createSteps(client, 'recorded', onend)], reporter),
    ],
  );
  /** From the event to the end of the function's last call. */
  const run = async (id: string): Promise<void> => {
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    await stand.engine.send({ name: `bench/${id}`, data: {} });
    await ended;
  };
  try {
    const timings = await measureInTurns(turnCount, runsPerTurn, {
      plain: () => run('plain'),
      recorded: () => run('recorded'),
    });
    await reporter.flush(10_000);
    const medianMs = (name: string): number => (timings.get(name)?.median_us ?? Number.NaN) / 1000;
    const added = medianMs('recorded') - medianMs('plain');
    return [
      { name: `a run of ${stepCount} empty steps`, value: medianMs('plain'), unit: 'ms' },
      { name: 'the same, recorded', value: medianMs('recorded'), unit: 'ms' },
      { name: 'recording adds', value: added, unit: 'ms', note: 'to the run; writing happens beside it' },
      { name: 'reports per request to the database', value: reportCount / batchCount, unit: '' },
      { name: 'time of the database per report', value: sendingMs / reportCount, unit: 'ms' },
    ];
  } finally {
    await stand.stop();
  }
}
