import { z } from 'zod';
import type { CreditRequest } from '#domain/credits/credit-request.ts';
import {
  creditRequestKinds,
  creditRequestStates,
  creditTypes,
  decisions,
  requesterNotices,
} from '#domain/credits/vocabulary.ts';

export const creditDecisionSchema = z.object({
  decision: z.enum(decisions),
  decided_by: z.string(),
  decided_by_name: z.string(),
  decided_at: z.string(),
  comment: z.string().nullable(),
  source: z.string(),
  is_final: z.boolean(),
  is_fallback: z.boolean(),
});

export const creditRequestSchema = z.object({
  id: z.string(),
  kind: z.enum(creditRequestKinds),
  player_id: z.string(),
  username: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  discord_user_id: z.string().nullable(),
  credit_type: z.enum(creditTypes),
  amount: z.number().int(),
  reason: z.string(),
  state: z.enum(creditRequestStates),
  source: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
  reminded_at: z.string().nullable(),
  closed_at: z.string().nullable(),
  transfer_id: z.string().nullable(),
  proposed_by: z.string().nullable(),
  proposed_by_name: z.string().nullable(),
  requester_notice: z.enum(requesterNotices).nullable(),
  approvals_needed: z.number().int(),
  decisions: z.array(creditDecisionSchema),
}) satisfies z.ZodType<CreditRequest>;
