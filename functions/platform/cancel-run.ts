import { inngest, runCancelRequested } from '#inngest';
import { recordWorkflowReports } from '#store/platform/record-workflow-reports.ts';
import type { StoreClient } from '#store/store-client.ts';
import type { EngineApi } from './workflows/engine-api.ts';

const storeTimeoutMs = 10_000;
const unknownRun = {
  name: 'UnknownRun',
  message: 'The engine does not know this run, so it will not go on.',
};

/**
 * An admin asked to cancel a run → the engine ends it. Only this worker holds the key of the engine's API.
 *
 *   cancel   asks the engine; a run that is over already stays as it ended
 *   record   a run that the engine does not know never goes on, so it counts as cancelled. Of the others, the
 *            engine's own event tells (follow-run-ends).
 *
 * Retries: 8. The request stays visible on the run until it has ended.
 */
export const createCancelRun = (store: StoreClient, engine: EngineApi) =>
  inngest.createFunction(
    { id: 'cancel-run', triggers: [runCancelRequested], retries: 8 },
    async ({ event, step }) => {
      const { run_id, function_id } = event.data;
      const outcome = await step.run('cancel', () => engine.cancelRun(run_id));
      if (outcome === 'unknown') {
        await step.run('record', () => {
          const at = new Date().toISOString();
          const end = { status: 'cancelled', is_engine_word: true, error: unknownRun } as const;
          const reports = [{ run_id, function_id, at, attempt: 0, ...end, steps: [] }];
          return recordWorkflowReports(store, { reports, timeoutMs: storeTimeoutMs });
        });
      }
      return { outcome };
    },
  );
