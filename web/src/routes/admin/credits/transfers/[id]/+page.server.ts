import { error } from '@sveltejs/kit';
import { z } from 'zod';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { action } from '#lib/server/forms/action.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { getCreditTransfer } from '#store/credits/books/get-credit-transfer.ts';
import { reverseCreditTransfer } from '#store/credits/movements/reverse-credit-transfer.ts';
import { presentableText } from '#store/presentable.ts';
import { storableText } from '#store/storable.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url, params }) => {
  const viewer = await requireRole(locals, url, 'manager');
  const id = z.uuid().safeParse(params.id);
  const transfer = id.success ? await getCreditTransfer(locals.supabase, { transfer_id: id.data }) : null;
  if (!transfer) error(404, 'There is no such transfer');
  return { role: viewer.role, transfer, idempotencyKey: crypto.randomUUID() };
};

export const actions = {
  reverse: action({
    about: 'reverse',
    role: 'admin',
    schema: z.object({
      transfer_id: z.uuid(),
      reason: presentableText(textFields.reason),
      idempotency_key: storableText.min(8).max(200),
    }),
    command: ({ locals }, reversal) => reverseCreditTransfer(locals.supabase, { ...reversal, source: 'web' }),
    done: ({ transfer }) => ({
      message: transfer
        ? 'The transfer is reversed.'
        : 'The reversal is proposed. Another approver confirms it under Requests.',
    }),
  }),
} satisfies Actions;
