import { z } from 'zod';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import type { PolicyValues } from './credit-policy-schema.ts';
import { policyProblemSchema } from './policy-problem-schema.ts';

const outcome = z.enum([
  'automatic',
  'one_approver',
  'two_approvers',
  'expired',
  'budget_empty',
  'refused_amount',
  'refused_day',
  'refused_period',
  'refused_pending',
]);
export type ReplayedOutcome = z.output<typeof outcome>;

const previewSchema = z.object({
  problems: z.array(policyProblemSchema),
  /** Requests of the last 30 days, without those that were cancelled or refused. */
  request_count: z.number().int(),
  differing_count: z.number().int(),
  outcomes: z.array(z.object({ outcome, before: z.number().int(), after: z.number().int() })),
  /** The newest 100. */
  differing: z.array(
    z.object({
      request_id: z.string(),
      username: z.string(),
      display_name: z.string(),
      amount: z.number().int(),
      created_at: z.string(),
      before: outcome,
      after: outcome,
    }),
  ),
});

export type PolicyPreview = z.output<typeof previewSchema>;

/** Lints a proposed change and replays last month's requests under it; stores nothing. */
export async function previewCreditPolicy(
  client: StoreClient,
  args: { credit_type: string; changes: Partial<PolicyValues>; group_id?: string },
) {
  return toOutcome(await client.rpc('preview_credit_policy', args), previewSchema);
}
