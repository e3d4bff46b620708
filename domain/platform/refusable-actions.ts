/** What people may attempt without the right to do it, as the audit log names it. */
export const refusableActions = [
  'approve_request',
  'reject_request',
  'bulk_decide_requests',
  'list_requests',
  'grant_credits',
  'revoke_credits',
  'read_balance',
  'read_player',
] as const;
export type RefusableAction = (typeof refusableActions)[number];
