import { logFailure } from '#domain/platform/log.ts';
import { StoreError } from '#store/outcome.ts';
import { recordWorkflowReports } from '#store/platform/record-workflow-reports.ts';
import type { StoreClient } from '#store/store-client.ts';
import { RunReporter } from './run-reporter.ts';

const timeoutMs = 3_000;

/** The reporter of a worker, which writes to the database. */
export function createRunReporter(store: StoreClient): RunReporter {
  return new RunReporter({
    send: (reports) => recordWorkflowReports(store, { reports, timeoutMs }),
    isPassing: (error) => error instanceof StoreError && error.isAway,
    log: logFailure,
  });
}
