import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { bulkModes, bulkRequestsMax, decisions } from '#domain/credits/vocabulary.ts';
import { tidyText } from '#domain/platform/text/presentable-text.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { action } from '#lib/server/forms/action.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { takeUnsentForm } from '#lib/server/session/unsent-form.ts';
import { bulkDecideCreditRequests } from '#store/credits/bulk/bulk-decide-credit-requests.ts';
import { undoBulkDecision } from '#store/credits/bulk/undo-bulk-decision.ts';
import { decideCreditRequest } from '#store/credits/decide-credit-request.ts';
import { getCreditRequest } from '#store/credits/get-credit-request.ts';
import { listCreditPolicies } from '#store/credits/policies/list-credit-policies.ts';
import { listApprovers } from '#store/credits/queue/list-approvers.ts';
import { listRequestQueue } from '#store/credits/queue/list-request-queue.ts';
import { presentableText } from '#store/presentable.ts';
import { storableText } from '#store/storable.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { describeBudgets } from './bulk/describe-budgets.ts';
import { readQueueFilter } from './read-queue-filter.ts';

const idempotencyKey = storableText.min(8).max(200);
const comment = presentableText({ ...textFields.comment, lengthMin: 0 })
  .transform((text) => tidyText(text, true))
  .default('');

const decisionForm = z.object({
  request_id: z.uuid(),
  decision: z.enum(decisions),
  comment,
  idempotency_key: idempotencyKey,
});

const bulkForm = z.object({
  request_ids: z
    .array(z.uuid(), 'Select at least one request.')
    .min(1, 'Select at least one request.')
    .max(bulkRequestsMax),
  decision: z.enum(decisions),
  mode: z.enum(bulkModes),
  comment,
  is_preview: z.literal('yes').optional(),
  idempotency_key: idempotencyKey.optional(),
});

export const load: PageServerLoad = async ({ locals, url, depends, cookies }) => {
  depends('app:requests');
  await requireRole(locals, url, 'manager');
  const nowMs = Date.now();
  const { state, filter, after } = readQueueFilter(url, nowMs);
  const [queue, approvers, policies] = await Promise.all([
    listRequestQueue(locals.supabase, { state: state === 'all' ? null : state, filter, after, max_rows: 30 }),
    listApprovers(locals.supabase),
    listCreditPolicies(locals.supabase),
  ]);
  const unsent = takeUnsentForm(cookies, locals.claims?.sub, url.pathname);
  return {
    tab: state,
    after,
    ...queue,
    approvers,
    budgets: describeBudgets(policies),
    unsent,
    now_ms: nowMs,
  };
};

export const actions = {
  decide: action({
    about: 'decide',
    role: 'manager',
    schema: decisionForm,
    command: ({ locals }, { comment, ...decision }) =>
      decideCreditRequest(locals.supabase, { ...decision, comment: comment || null, source: 'web' }),
    done: ({ request }) => ({ result: request }),
    // Someone else may have been faster, so show the current request.
    reread: ({ locals }, { request_id }) => getCreditRequest(locals.supabase, { request_id }),
  }),
  bulk: action({
    about: 'bulk',
    role: 'manager',
    schema: bulkForm,
    command: ({ locals }, { comment, is_preview, idempotency_key, ...bulk }) =>
      bulkDecideCreditRequests(locals.supabase, {
        ...bulk,
        comment: comment || null,
        is_preview: is_preview === 'yes',
        idempotency_key: idempotency_key ?? null,
        source: 'web',
      }),
    done: (bulk) => ({ result: { bulk, key: randomUUID() } }),
  }),
  undo: action({
    about: 'bulk',
    role: 'manager',
    schema: z.object({ bulk_id: z.uuid(), idempotency_key: idempotencyKey }),
    command: ({ locals }, undo) => undoBulkDecision(locals.supabase, { ...undo, source: 'web' }),
    done: (bulk) => ({ result: { bulk, key: randomUUID() } }),
  }),
} satisfies Actions;
