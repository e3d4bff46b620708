import { z } from 'zod';
import {
  creditRequestKinds,
  creditRequestStates,
  creditTypes,
  decisions,
  requesterNotices,
} from './vocabulary.ts';

/** One approver's decision on a request. */
export const creditDecisionSchema = z.object({
  decision: z.enum(decisions),
  decided_by: z.string(),
  decided_by_name: z.string(),
  decided_at: z.string(),
  comment: z.string().nullable(),
  source: z.string(),
  /** False for the first of two approvals. */
  is_final: z.boolean(),
  /** True if too few approvers exist to apply the usual rule. */
  is_fallback: z.boolean(),
});

/** A credit request, or a proposal by an admin, as every surface shows it. Times are ISO 8601. */
export const creditRequestSchema = z.object({
  id: z.string(),
  kind: z.enum(creditRequestKinds),
  player_id: z.string(),
  username: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  /** Null if the player has not linked a Discord account. */
  discord_user_id: z.string().nullable(),
  credit_type: z.enum(creditTypes),
  amount: z.number().int(),
  reason: z.string(),
  state: z.enum(creditRequestStates),
  source: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
  reminded_at: z.string().nullable(),
  /** When it was decided, cancelled or expired. */
  closed_at: z.string().nullable(),
  /** The payment, once approved. */
  transfer_id: z.string().nullable(),
  /** The admin who proposed it; null if the player asked. */
  proposed_by: z.string().nullable(),
  proposed_by_name: z.string().nullable(),
  /** Null until it is known. */
  requester_notice: z.enum(requesterNotices).nullable(),
  approvals_needed: z.number().int(),
  /** In order of arrival. */
  decisions: z.array(creditDecisionSchema),
});
