import { fail } from '@sveltejs/kit';
import { z } from 'zod';
import { tidyText } from '#domain/platform/text/presentable-text.ts';
import { toStorable } from '#domain/platform/text/storable-text.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { takeUnsentForm } from '#lib/server/session/unsent-form.ts';
import { decideCreditRequest } from '#store/credits/decide-credit-request.ts';
import { getCreditRequest } from '#store/credits/get-credit-request.ts';
import { listCreditRequests } from '#store/credits/list-credit-requests.ts';
import { presentableText } from '#store/presentable.ts';
import { storableText } from '#store/storable.ts';
import type { Actions, PageServerLoad } from './$types.js';

const filterSchema = z
  .enum(['pending', 'approved', 'rejected', 'cancelled', 'expired', 'all'])
  .catch('pending');

const decisionForm = z.object({
  request_id: z.uuid(),
  decision: z.enum(['approve', 'reject']),
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

export const actions: Actions = {
  decide: async ({ locals, request, url }) => {
    await requireRole(locals, url, 'manager');
    const form = decisionForm.safeParse(Object.fromEntries(await request.formData()));
    if (!form.success) {
      const aboutComment = form.error.issues.find(({ path }) => path[0] === 'comment');
      const problem = aboutComment?.message ?? 'Reload the page and decide again.';
      return fail(400, { request_id: null, request: null, problem });
    }
    const { request_id } = form.data;
    const comment = form.data.comment || null;
    const outcome = await decideCreditRequest(locals.supabase, { ...form.data, comment, source: 'web' });
    if (outcome.ok) return { request_id, request: outcome.value.request, problem: null };
    const { status, message, action } = outcome.refusal;
    // Somebody may have been faster: show the request as it is now.
    const current = await getCreditRequest(locals.supabase, { request_id });
    return fail(status, { request_id, request: current, problem: `${message} ${action}`.trim() });
  },
};
