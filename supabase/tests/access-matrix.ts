/**
 * The personas that may select from a table at all; the rows they see are tested separately. Nobody may write any
 * table.
 */
export const readers = {
  boards: ['anon', 'player', 'manager', 'admin', 'service_role'],
  score_rules: ['anon', 'player', 'manager', 'admin', 'service_role'],
  score_events: ['player', 'manager', 'admin', 'service_role'],
  player_tiers: ['player', 'manager', 'admin', 'service_role'],
  profiles: ['anon', 'player', 'manager', 'admin', 'service_role'],
  discord_links: ['player', 'manager', 'admin', 'service_role'],
  audit_log: ['player', 'manager', 'admin', 'service_role'],
  guilds: ['player', 'manager', 'admin', 'service_role'],
  credit_policies: ['player', 'manager', 'admin', 'service_role'],
  credit_accounts: ['player', 'manager', 'admin', 'service_role'],
  credit_transfers: ['player', 'manager', 'admin', 'service_role'],
  credit_entries: ['player', 'manager', 'admin', 'service_role'],
  credit_lots: ['player', 'manager', 'admin', 'service_role'],
  credit_requests: ['player', 'manager', 'admin', 'service_role'],
  credit_bulk_decisions: ['player', 'manager', 'admin', 'service_role'],
  credit_bulk_results: ['player', 'manager', 'admin', 'service_role'],
  credit_decisions: ['player', 'manager', 'admin', 'service_role'],
  member_roles: ['player', 'manager', 'admin', 'service_role'],
} as const;
