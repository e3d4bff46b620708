import type { Inngest, InngestFunction } from 'inngest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { WorkflowReport } from '#domain/platform/workflows/workflow-report.ts';
import type { EngineOptions } from '#emulators/inngest/engine.ts';
import { startTestEngine, type TestEngine } from '#emulators/inngest/testing/start-test-engine.ts';
import { recordRuns } from '../platform/workflows/record-runs.ts';
import { RunReporter } from '../platform/workflows/run-reporter.ts';

type Functions = readonly InngestFunction.Any[];

/** One attempt of a step, as it is stored. */
export interface StoredStep {
  name: string;
  attempt: number;
  kind: string;
  status: string;
  is_timed: boolean;
  execution_count: number;
  started_at: Date;
  ended_at: Date | null;
  output: unknown;
  error: { message: string } | null;
}

export interface StoredRun {
  run_id: string;
  function_id: string;
  status: string;
  attempt: number;
  input: unknown;
  is_input_whole: boolean;
  cause_kind: string;
  cause_id: string;
  started_at: Date;
  ended_at: Date | null;
  quiet_after: Date;
  output: unknown;
  error: { name: string; message: string } | null;
}

/** An engine whose functions are recorded in a migrated database. */
export interface RecordingRig extends TestEngine {
  database: TestDatabase;
  /** Everything that was sent, in order. */
  reports: WorkflowReport[];
  /** Replaces the worker by one that remembers nothing; `isMute` if its reports are lost. */
  replaceWorker(isMute?: boolean): void;
  /** Waits until every report is stored. */
  flush(): Promise<void>;
  readRun(functionId: string): Promise<StoredRun>;
  listSteps(functionId: string): Promise<StoredStep[]>;
}

export async function startRecordingRig(
  createFunctions: (client: Inngest) => Functions,
  options: Partial<EngineOptions> = {},
): Promise<RecordingRig> {
  const database = await createTestDatabase();
  const { sql } = database;
  const reports: WorkflowReport[] = [];
  const createReporter = (isMute: boolean) =>
    new RunReporter({
      async send(batch) {
        if (isMute) return;
        reports.push(...batch);
        await sql`select public.record_workflow_reports(${JSON.stringify(batch)}::text::jsonb)`;
      },
      isPassing: () => false,
      log: (message, error) => {
        throw new Error(message, { cause: error });
      },
      gatherMs: 1,
    });
  let reporter = createReporter(false);
  const engine = await startTestEngine({ databaseUrl: database.superuserUrl, ...options }, (client) =>
    recordRuns(createFunctions(client), {
      report: (report) => reporter.report(report),
      isRunKnown: (runId) => reporter.isRunKnown(runId),
      isStepKnown: (runId, stepId) => reporter.isStepKnown(runId, stepId),
    }),
  );
  const flush = () => reporter.flush(5_000);
  async function readRun(functionId: string): Promise<StoredRun> {
    await flush();
    const [run] = await sql<StoredRun[]>`
      select * from platform.workflow_runs where function_id = ${functionId} order by started_at desc limit 1`;
    if (!run) throw new Error(`No run of ${functionId} is recorded.`);
    return run;
  }
  return {
    ...engine,
    database,
    reports,
    flush,
    replaceWorker(isMute = false) {
      reporter = createReporter(isMute);
    },
    readRun,
    async listSteps(functionId) {
      const { run_id } = await readRun(functionId);
      return await sql<StoredStep[]>`
        select * from platform.workflow_steps where run_id = ${run_id} order by started_at, name, attempt`;
    },
    async stop() {
      await engine.stop();
      await flush();
      await database.drop();
    },
  };
}
