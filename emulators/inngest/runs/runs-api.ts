import { cancelRun } from '../steps/finish-run.ts';
import type { Transaction } from '../store/database.ts';
import type { Run } from '../store/runs.ts';
import { listSteps, type Step } from '../store/steps.ts';
import { findRun, listRuns, type RunFilter } from './list-runs.ts';
import { type RerunOutcome, rerun } from './rerun.ts';

/** Runs, for code in the same process. */
export interface RunsApi {
  list(filter?: RunFilter): Promise<Run[]>;
  get(runId: string): Promise<{ run: Run; steps: Step[] } | null>;
  /** False if the run has already ended or does not exist. */
  cancel(runId: string): Promise<boolean>;
  rerun(runId: string, fromStepId?: string): Promise<RerunOutcome>;
}

type Commit = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

export function createRunsApi(commit: Commit): RunsApi {
  return {
    list: (filter = {}) => commit((tx) => listRuns(tx, filter)),
    get: (runId) =>
      commit(async (tx) => {
        const run = await findRun(tx, runId);
        return run === null ? null : { run, steps: await listSteps(tx, runId) };
      }),
    cancel: (runId) => commit((tx) => cancelRun(tx, runId)),
    rerun: (runId, fromStepId) => commit((tx) => rerun(tx, runId, fromStepId ?? null)),
  };
}
