import { internalEvents } from 'inngest';
import { z } from 'zod';
import { describeRunError } from '#domain/platform/workflows/describe-run-error.ts';
import type { WorkflowReport } from '#domain/platform/workflows/workflow-report.ts';
import { inngest } from '#inngest';
import { recordWorkflowReports } from '#store/platform/record-workflow-reports.ts';
import type { StoreClient } from '#store/store-client.ts';
import { describeTrigger } from './workflows/describe-trigger.ts';

export const followRunEndsId = 'follow-run-ends';

const storeTimeoutMs = 10_000;
const appPrefix = `${inngest.id}-`;

const endSchema = z.looseObject({
  run_id: z.string(),
  function_id: z.string(),
  error: z.unknown().optional(),
  event: z
    .looseObject({ id: z.string().nullish(), name: z.string(), data: z.unknown().optional() })
    .nullish(),
});

/** The engine's event as a report about the run that ended; null for the runs of this function. */
function describeEnd(event: { name: string; ts?: number; data: unknown }): WorkflowReport | null {
  const { run_id, function_id, error, event: trigger } = endSchema.parse(event.data);
  const id = function_id.startsWith(appPrefix) ? function_id.slice(appPrefix.length) : function_id;
  if (id === followRunEndsId) return null;
  return {
    ...{ run_id, function_id: id, at: new Date(event.ts ?? Date.now()).toISOString(), attempt: 0 },
    status: event.name === internalEvents.FunctionCancelled ? 'cancelled' : 'failed',
    is_engine_word: true,
    error: describeRunError(error),
    ...(trigger && describeTrigger(trigger, true)),
    steps: [],
  };
}

/**
 * The engine cancelled a run or gave it up → the run is shown so. Workers see neither: a cancelled run is simply
 * not called any more.
 *
 *   record   stores the engine's word, which outweighs what a worker reported
 *
 * Its own runs are not recorded, since each would be about another. Retries: 8.
 */
export const createFollowRunEnds = (store: StoreClient) =>
  inngest.createFunction(
    {
      id: followRunEndsId,
      triggers: [{ event: internalEvents.FunctionCancelled }, { event: internalEvents.FunctionFailed }],
      retries: 8,
    },
    async ({ event, step }) => {
      const report = describeEnd(event);
      if (report === null) return { recorded: 0 };
      const recorded = await step.run('record', () =>
        recordWorkflowReports(store, { reports: [report], timeoutMs: storeTimeoutMs }),
      );
      return { recorded };
    },
  );
