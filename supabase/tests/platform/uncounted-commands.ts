/** Commands that a client may call and that are not counted, each with its reason. */
export const uncountedCommands: Record<string, string> = {
  add_score_rule: 'for admins only, and audited',
  cancel_workflow_run: 'for admins only, and audited',
  create_board: 'for admins only, and audited',
  delegate_decisions: 'for managers only, and audited',
  end_delegation: 'ends a row once, and is audited',
  follow_own_rank: 'writes one row of the caller, however often it is called',
  plan_season: 'for admins only, and audited',
  repeat_workflow_run: 'for admins only, and audited',
  sync_discord_link:
    'makes the link equal to the identity; it changes something only after an unlink, which is counted',
  update_board: 'for admins only, and audited',
  update_credit_policy: 'for admins only, and audited',
  update_player_groups: 'for admins only, and audited',
};
