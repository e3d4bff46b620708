import { z } from 'zod';
import { creditRequestStates, decisions } from '#domain/credits/vocabulary.ts';
import { tidyText } from '#domain/platform/text/presentable-text.ts';
import { toStorable } from '#domain/platform/text/storable-text.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { action } from '#lib/server/forms/action.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { takeUnsentForm } from '#lib/server/session/unsent-form.ts';
import { decideCreditRequest } from '#store/credits/decide-credit-request.ts';
import { getCreditRequest } from '#store/credits/get-credit-request.ts';
import { listCreditRequests } from '#store/credits/list-credit-requests.ts';
import { presentableText } from '#store/presentable.ts';
import { storableText } from '#store/storable.ts';
import type { Actions, PageServerLoad } from './$types.js';

const filterSchema = z.enum([...creditRequestStates, 'all']).catch('pending');

const decisionForm = z.object({
  request_id: z.uuid(),
  decision: z.enum(decisions),
  comment: presentableText({ ...textFields.comment, lengthMin: 0 })
    .transform((comment) => tidyText(comment, true))
    .default(''),
  idempotency_key: storableText.min(8).max(200),
});

export const load: PageServerLoad = async ({ locals, url, depends, cookies }) => {
  depends('app:requests');
  await requireRole(locals, url, 'manager');
  const filter = filterSchema.parse(url.searchParams.get('state'));
  const before = toStorable(url.searchParams.get('before') ?? '') || undefined;
  const { requests, next_cursor } = await listCreditRequests(locals.supabase, {
    state: filter === 'all' ? undefined : filter,
    before,
    max_rows: 30,
  });
  const unsent = takeUnsentForm(cookies, locals.claims?.sub, url.pathname);
  return { filter, requests, next_cursor, unsent };
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
} satisfies Actions;
