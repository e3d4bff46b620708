import { z } from 'zod';
import { creditTypes } from '#domain/credits/vocabulary.ts';
import { action } from '#lib/server/forms/action.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { checkCreditBooks } from '#store/credits/books/check-credit-books.ts';
import { getCreditDays } from '#store/credits/books/get-credit-days.ts';
import { getCreditTotals } from '#store/credits/books/get-credit-totals.ts';
import { listBookChecks } from '#store/credits/books/list-book-checks.ts';
import { listCreditTransfers } from '#store/credits/books/list-credit-transfers.ts';
import { listExpiringLots } from '#store/credits/books/list-expiring-lots.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { readTransfersQuery } from './read-transfers-query.server.ts';

const typeSchema = z.enum(creditTypes).catch('ai');

export const load: PageServerLoad = async ({ locals, url }) => {
  const viewer = await requireRole(locals, url, 'manager');
  const type = typeSchema.parse(url.searchParams.get('type'));
  const { sort, args } = readTransfersQuery(url);
  const [totals, days, transfers, checks, expiring] = await Promise.all([
    getCreditTotals(locals.supabase),
    getCreditDays(locals.supabase, { credit_type: type, day_count: 60 }),
    listCreditTransfers(locals.supabase, { ...args, max_rows: 50 }),
    listBookChecks(locals.supabase, { max_rows: 1 }),
    listExpiringLots(locals.supabase, { within_days: 30, max_rows: 10 }),
  ]);
  return { role: viewer.role, type, totals, days, transfers, sort, check: checks[0] ?? null, expiring };
};

export const actions = {
  check: action({
    about: 'check',
    role: 'admin',
    schema: z.object({}),
    command: ({ locals }) => checkCreditBooks(locals.supabase, { source: 'web' }),
    done: ({ problem_count: count }) =>
      count === 0
        ? { message: 'The books balance.' }
        : { message: `The check found ${count} ${count === 1 ? 'problem' : 'problems'}, listed below.` },
  }),
} satisfies Actions;
