import type {
  CreditRequestKind,
  CreditRequestState,
  CreditType,
  Decision,
  RequesterNotice,
} from './vocabulary.ts';

/** One approver's decision on a request. */
export interface CreditDecision {
  decision: Decision;
  decided_by: string;
  decided_by_name: string;
  decided_at: string;
  comment: string | null;
  source: string;
  /** False for the first of two approvals. */
  is_final: boolean;
  /** True if too few approvers exist to apply the usual rule. */
  is_fallback: boolean;
}

/** A credit request, or a proposal by an admin, as every surface shows it. Times are ISO 8601. */
export interface CreditRequest {
  id: string;
  kind: CreditRequestKind;
  player_id: string;
  username: string;
  display_name: string;
  avatar_url: string | null;
  /** Null if the player has not linked a Discord account. */
  discord_user_id: string | null;
  credit_type: CreditType;
  amount: number;
  reason: string;
  state: CreditRequestState;
  source: string;
  created_at: string;
  expires_at: string;
  reminded_at: string | null;
  /** When it was decided, cancelled or expired. */
  closed_at: string | null;
  /** The payment, once approved. */
  transfer_id: string | null;
  /** The admin who proposed it; null if the player asked. */
  proposed_by: string | null;
  proposed_by_name: string | null;
  /** Null until it is known. */
  requester_notice: RequesterNotice | null;
  approvals_needed: number;
  /** In order of arrival. */
  decisions: CreditDecision[];
}
