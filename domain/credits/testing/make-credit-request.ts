import type { CreditRequest } from '../credit-request.ts';

/** An open request of a linked player, created in Discord. */
export function makeCreditRequest(change: Partial<CreditRequest> = {}): CreditRequest {
  return {
    id: '0b8f7c1e-6f0a-4a43-9a53-1d2d5c0f9e11',
    kind: 'request',
    player_id: 'a0000000-0000-4000-8000-000000000003',
    username: 'pia',
    display_name: 'Pia',
    avatar_url: null,
    discord_user_id: '222222222222222222',
    credit_type: 'ai',
    amount: 50,
    reason: 'tests',
    state: 'pending',
    source: 'discord',
    created_at: '2026-11-22T12:00:00Z',
    expires_at: '2026-11-25T12:00:00Z',
    reminded_at: null,
    closed_at: null,
    transfer_id: null,
    proposed_by: null,
    proposed_by_name: null,
    requester_notice: null,
    approvals_needed: 1,
    decides_on_web_only: false,
    reject_comment_required: false,
    escalated_at: null,
    escalated_to_role: null,
    escalated_to_name: null,
    decisions: [],
    ...change,
  };
}
