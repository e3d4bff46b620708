import type { readers } from './access-matrix.ts';

/**
 * The owner of a table's rows: a sentence about everybody, or SQL that returns the player of a row named `r`.
 */
export type RowOwner = 'everyone' | 'managers' | 'admins' | 'service' | { player: string };

/** Every table of the API with the owner of its rows. Players read their own, managers and admins all. */
export const rowOwners: Record<keyof typeof readers, RowOwner> = {
  boards: 'everyone',
  score_rules: 'everyone',
  credit_policies: 'everyone',
  // Public players are visible to everybody: tested by visibility, not by owner.
  profiles: 'everyone',
  guilds: 'managers',
  credit_bulk_decisions: 'managers',
  credit_bulk_results: 'managers',
  audit_log: 'admins',
  score_events: { player: 'r.player_id' },
  player_tiers: { player: 'r.player_id' },
  discord_links: { player: 'r.player_id' },
  credit_accounts: { player: 'r.player_id' },
  credit_transfers: { player: 'r.player_id' },
  credit_entries: {
    player:
      '(select account.player_id from public.credit_accounts as account where account.id = r.account_id)',
  },
  credit_lots: { player: 'r.player_id' },
  credit_requests: { player: 'r.player_id' },
  credit_decisions: {
    player:
      '(select request.player_id from public.credit_requests as request where request.id = r.request_id)',
  },
  member_roles: { player: 'r.player_id' },
};
