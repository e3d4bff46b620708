import { cron } from 'inngest';
import type { BotContext } from '#bot/bot-context.ts';
import { refreshRequestSummary } from '#bot/credits/request-summary.ts';
import {
  creditRequestCancelled,
  creditRequestCreated,
  creditRequestDecided,
  creditRequestExpired,
  creditRequestFirstApproved,
  inngest,
} from '#inngest';

/**
 * Requests came or went → the one message in the approvals channel that sums up what waits is redrawn; a deleted one is
 * posted again. One idempotent step: it is drawn from what waits now.
 *
 *   debounced        a bulk decision is one edit: after 3 s without a change, after 15 s in any case
 *   hourly           how many expire soon changes without an event, and somebody may have deleted the message
 *   concurrency 1    two runs must not both find no message and post one
 */
export const createKeepRequestSummary = (context: BotContext) =>
  inngest.createFunction(
    {
      id: 'keep-request-summary',
      triggers: [
        creditRequestCreated,
        creditRequestFirstApproved,
        creditRequestDecided,
        creditRequestCancelled,
        creditRequestExpired,
        cron('37 * * * *'),
      ],
      debounce: { period: '3s', timeout: '15s' },
      concurrency: 1,
      retries: 8,
    },
    async ({ step }) => ({
      summary: await step.run('refresh-summary', () => refreshRequestSummary(context)),
    }),
  );
