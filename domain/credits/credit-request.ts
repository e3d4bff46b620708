import type {
  CreditRequestKind,
  CreditRequestState,
  CreditType,
  Decision,
  RequesterNotice,
} from './vocabulary.ts';

/** The word of one approver on a request. */
export interface CreditDecision {
  decision: Decision;
  decided_by: string;
  decided_by_name: string;
  decided_at: string;
  comment: string | null;
  source: string;
  /** False for the first of two approvals. */
  is_final: boolean;
  /** True when too few approvers exist to follow the usual rule. */
  is_fallback: boolean;
}

/** A player's wish for credits, or an admin's for a player, as every surface shows it. Times are ISO 8601. */
export interface CreditRequest {
  id: string;
  kind: CreditRequestKind;
  player_id: string;
  username: string;
  display_name: string;
  avatar_url: string | null;
  /** Null when the player has no Discord account linked. */
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
  /** The admin who proposes it; null when the player asks. */
  proposed_by: string | null;
  proposed_by_name: string | null;
  /** Null until it is known. */
  requester_notice: RequesterNotice | null;
  approvals_needed: number;
  /** In the order they were given. */
  decisions: CreditDecision[];
}
