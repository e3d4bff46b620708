import { z } from 'zod';
import {
  approverRoles,
  creditRequestKinds,
  creditRequestStates,
  creditTypes,
  decisions,
  requesterNotices,
} from './vocabulary.ts';

/** One approver's decision on a request. */
export const creditDecisionSchema = z.object({
  decision: z.enum(decisions),
  /** Null if the policy approved it at once. */
  decided_by: z.string().nullable(),
  decided_by_name: z.string(),
  /** The manager in whose place a delegate decided. */
  on_behalf_of_name: z.string().nullable(),
  decided_at: z.string(),
  comment: z.string().nullable(),
  source: z.string(),
  /** False for the first of two approvals. */
  is_final: z.boolean(),
  /** True if the policy approved it at once, without a person. */
  is_automatic: z.boolean(),
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
  /** Above its policy's amount it is decided on the web only; Discord links there. */
  decides_on_web_only: z.boolean(),
  /** Whether a rejection needs a comment. */
  reject_comment_required: z.boolean(),
  /** When it was made known to a role or a person because it waited long. */
  escalated_at: z.string().nullable(),
  escalated_to_role: z.enum(approverRoles).nullable(),
  escalated_to_name: z.string().nullable(),
  /** In order of arrival. */
  decisions: z.array(creditDecisionSchema),
});
