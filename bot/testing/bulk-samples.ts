import type { BulkDecision, BulkResult } from '#domain/credits/bulk-decision.ts';
import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { isolate } from '#domain/platform/text/isolate.ts';
import { toPresentable } from '#domain/platform/text/presentable-text.ts';

/** A bulk decision on these requests; what is not given is approved. */
export function makeBulkDecision(
  requests: readonly CreditRequest[],
  results: readonly Partial<BulkResult>[],
  change: Partial<BulkDecision> = {},
): BulkDecision {
  const all = requests.map((request, index): BulkResult => {
    const result = results[index] ?? {};
    const outcome = result.outcome ?? 'approved';
    return {
      ...{ request_id: request.id, request, outcome, is_skipped: outcome === 'skipped' },
      ...{ ok: !['refused', 'skipped'].includes(outcome), refusal: null, is_undone: false },
      ...{ undo_refusal: null, ...result },
    };
  });
  const count = (outcome: BulkResult['outcome']) => all.filter((result) => result.outcome === outcome).length;
  const amount = all.reduce(
    (sum, { outcome, request }) => sum + (outcome === 'approved' ? (request?.amount ?? 0) : 0),
    0,
  );
  return {
    ...{ bulk_id: 'd0000000-0000-4000-8000-000000000001', decision: 'approve', mode: 'continue' },
    ...{ is_preview: false, undo_until: '2026-11-22T12:10:00Z', undone_at: null, results: all },
    totals: {
      ...{ approved: count('approved'), rejected: count('rejected'), refused: count('refused') },
      ...{ first_approved: count('first_approved'), skipped: count('skipped') },
      amounts: { ai: amount, lead: 0 },
    },
    ...change,
  };
}

/** A refusal whose sentence names somebody. */
export const makeRefusal = (name: string): BulkResult['refusal'] => ({
  ...{ status: 409, code: 'request_already_decided', action: 'Nothing is left to do.' },
  message: `${isolate(toPresentable(name, 80))} has already approved this request.`,
});

const commentNeeded: BulkResult['refusal'] = {
  ...{ status: 400, code: 'comment_needed', action: 'Say why in a comment.' },
  message: 'There are too few approvers to follow the usual rule, so this decision needs a comment.',
};

/** Twenty-five requests: each fate in turn, all refused, and undone. */
export function listBulkDecisions(requests: readonly CreditRequest[], text: string): BulkDecision[] {
  const fates: Partial<BulkResult>[] = [
    {},
    { outcome: 'first_approved' },
    { outcome: 'rejected' },
    { outcome: 'skipped' },
    { outcome: 'refused', refusal: makeRefusal(text) },
    { outcome: 'refused', refusal: commentNeeded },
    { is_undone: true },
    { undo_refusal: makeRefusal(text) },
  ];
  const decide = (fateOf: (index: number) => Partial<BulkResult> | undefined, change = {}) =>
    makeBulkDecision(
      requests,
      requests.map((_, index) => fateOf(index) ?? {}),
      change,
    );
  return [
    decide((index) => fates[index % 6]),
    decide(() => ({ outcome: 'refused', refusal: makeRefusal(text) })),
    decide((index) => fates[index % 8], { undone_at: '2026-11-22T12:05:00Z' }),
  ];
}
