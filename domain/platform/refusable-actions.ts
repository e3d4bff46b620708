/** What people may try without the right to it, as the audit log names it. */
export const refusableActions = [
  'approve_request',
  'reject_request',
  'bulk_decide_requests',
  'list_requests',
  'grant_credits',
  'read_balance',
  'read_player',
] as const;
export type RefusableAction = (typeof refusableActions)[number];
