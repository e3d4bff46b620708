/** Functions that run with the owner's rights although a client may call them, each with its reason. */
export const definerFunctions: Record<string, string> = {
  add_score_rule: 'writes rules; checks for an admin in the table',
  cancel_credit_request: 'writes requests, only those of the caller',
  decide_credit_request: 'writes decisions and credits; checks the role in the table',
  get_board_page: 'reads internal standings; leaves out who is hidden',
  get_own_profile: 'shows columns of the caller that others may not read',
  get_standing: 'reads internal standings; leaves out who is hidden',
  get_standings_around: 'reads internal standings; leaves out who is hidden',
  grant_credits: 'writes credits; checks for an admin in the table',
  list_boards: 'reads internal periods; shows what a board page shows',
  request_credits: 'writes requests, which nobody may write directly; acts for the caller only',
  search_players: 'reads internal standings; leaves out who is hidden',
  sync_discord_link: 'reads the proven identity of the caller in schema auth',
  unlink_discord: 'writes links, only that of the caller',
  update_credit_policy: 'writes policies; checks for an admin in the table',
  update_own_profile: 'writes profiles, only that of the caller',
  verify_archive: 'reads internal archives; answers only whether they are intact',
};
