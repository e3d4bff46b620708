create function public.list_reward_rules()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'manager_only', 'Only managers see the rules of rewards.', 'Ask a manager.');
  end if;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'board', board.slug, 'board_name', board.name, 'kind', board.kind,
      'current', (
        select credits.describe_reward_rule(rule)
        from credits.find_reward_rule(board.id, period.starts_at) as rule where rule.id is not null),
      'versions', coalesce((
        select jsonb_agg(credits.describe_reward_rule(rule) order by rule.version desc)
        from credits.reward_rules as rule where rule.board_id = board.id), '[]'),
      'period_ends_at', period.ends_at, 'period_name', period.name, 'period_starts_at', period.starts_at)
      order by board.id)
    from public.boards as board
    cross join lateral leaderboard.current_period(board.id) as period
    where board.kind <> 'all_time' and board.is_active), '[]');
end;
$$;
comment on function public.list_reward_rules() is
  '[{board, board_name, kind, current, versions, period_name, period_starts_at, period_ends_at}]: boards whose '
  'periods end, with their rewards; versions newest first. For managers and the service. Definer: the tables are '
  'internal.';
grant execute on function public.list_reward_rules() to authenticated, service_role;

create function public.preview_rewards(board text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
  rule credits.reward_rules;
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'manager_only', 'Only managers preview rewards.', 'Ask a manager.');
  end if;
  select (leaderboard.current_period(boards.id)).* into period
  from public.boards where boards.slug = preview_rewards.board;
  rule := credits.find_reward_rule(period.board_id, period.starts_at);
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'player_id', winner.player_id, 'username', player.username, 'display_name', player.display_name,
      'position', winner.position, 'credit_type', winner.credit_type, 'amount', winner.amount,
      'outcome', case when player.id is null then 'erased' when player.left_at is not null then 'left'
        else 'paid' end)
      order by winner.position, winner.credit_type)
    from credits.list_winners(period, rule.id) as winner
    left join public.profiles as player on player.id = winner.player_id), '[]');
end;
$$;
comment on function public.preview_rewards(text) is
  '[{player_id, username, display_name, position, credit_type, amount, outcome}]: who would get what if the current '
  'period ended now. For managers and the service. Definer: reads internal standings.';
grant execute on function public.preview_rewards(text) to authenticated, service_role;

create function public.list_reward_payouts(
  board text default null, after text default null, max_rows int default 50)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  row_count int := least(greatest(coalesce(list_reward_payouts.max_rows, 50), 1), 200);
  after_place bigint[];
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'manager_only', 'Only managers see the rewards of all players.',
      'Ask a manager.');
  end if;
  if after is not null then
    if after !~ '^\d{1,15}_\d{1,15}_\d$' then
      perform platform.refuse(400, 'cursor_invalid', 'This cursor is not valid.', 'Start from the first page.');
    end if;
    after_place := string_to_array(after, '_')::bigint[];
  end if;
  return (
    with listed as (
      select payout.*, -payout.period_id as newest,
        array_position(array['ai', 'lead'], payout.credit_type) as type_place
      from credits.reward_payouts as payout
      join leaderboard.board_periods as period on period.id = payout.period_id
      join public.boards on boards.id = period.board_id
      where list_reward_payouts.board is null or boards.slug = list_reward_payouts.board
    ),
    page as (
      select listed.*, row_number() over (order by listed.newest, listed.position, listed.type_place) as place
      from listed
      where after is null
        or (listed.newest, listed.position, listed.type_place) > (-after_place[1], after_place[2], after_place[3])
      order by listed.newest, listed.position, listed.type_place limit row_count + 1
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(jsonb_build_object(
        'board', board.slug, 'board_name', board.name, 'period_id', period.id, 'period_name', period.name,
        'period_starts_at', period.starts_at, 'player_id', page.player_id, 'username', player.username,
        'display_name', player.display_name, 'position', page.position, 'credit_type', page.credit_type,
        'amount', page.amount, 'outcome', page.outcome, 'transfer_id', page.transfer_id,
        'decided_at', page.decided_at) order by page.place) filter (where page.place <= row_count), '[]'),
      'next_cursor', max(format('%s_%s_%s', page.period_id, page.position, page.type_place))
        filter (where page.place = row_count and page_size.total > row_count))
    from page
    cross join (select count(*) as total from page) as page_size
    join leaderboard.board_periods as period on period.id = page.period_id
    join public.boards as board on board.id = period.board_id
    left join public.profiles as player on player.id = page.player_id);
end;
$$;
comment on function public.list_reward_payouts(text, text, int) is
  '{rows, next_cursor}: what players got at the end of past periods, newest period first, by place. For managers '
  'and the service. Definer: the tables are internal.';
grant execute on function public.list_reward_payouts(text, text, int) to authenticated, service_role;
