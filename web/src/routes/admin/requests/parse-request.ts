import * as z from 'zod/mini';
import type { CreditRequest } from '#domain/credits/credit-request.ts';
import {
  approverRoles,
  creditRequestKinds,
  creditRequestStates,
  creditTypes,
  decisions,
  requesterNotices,
} from '#domain/credits/vocabulary.ts';

const decision = z.object({
  decision: z.enum(decisions),
  decided_by: z.nullable(z.string()),
  decided_by_name: z.string(),
  on_behalf_of_name: z.nullable(z.string()),
  decided_at: z.string(),
  comment: z.nullable(z.string()),
  source: z.string(),
  is_final: z.boolean(),
  is_automatic: z.boolean(),
  is_fallback: z.boolean(),
});

/** The store's validation, but light enough for a browser. */
const creditRequest = z.object({
  id: z.string(),
  player_id: z.string(),
  username: z.string(),
  display_name: z.string(),
  avatar_url: z.nullable(z.string()),
  discord_user_id: z.nullable(z.string()),
  kind: z.enum(creditRequestKinds),
  proposed_by: z.nullable(z.string()),
  proposed_by_name: z.nullable(z.string()),
  credit_type: z.enum(creditTypes),
  amount: z.int(),
  reason: z.string(),
  state: z.enum(creditRequestStates),
  source: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
  reminded_at: z.nullable(z.string()),
  closed_at: z.nullable(z.string()),
  transfer_id: z.nullable(z.string()),
  approvals_needed: z.int(),
  decides_on_web_only: z.boolean(),
  reject_comment_required: z.boolean(),
  escalated_at: z.nullable(z.string()),
  escalated_to_role: z.nullable(z.enum(approverRoles)),
  escalated_to_name: z.nullable(z.string()),
  requester_notice: z.nullable(z.enum(requesterNotices)),
  decisions: z.array(decision),
}) satisfies z.ZodMiniType<CreditRequest>;

/** Parses a request from a message or an answer; null if it is not one. */
export function parseRequest(value: unknown): CreditRequest | null {
  return creditRequest.safeParse(value).data ?? null;
}
