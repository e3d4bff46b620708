-- Boards are created without code: an admin, or the operator, defines what counts and when.

create function public.create_board(
  slug text,
  name text,
  kind text,
  metrics text[] default null,
  time_zone text default 'UTC',
  awards_tiers boolean default false,
  late_policy text default 'next_period',
  close_grace interval default '15 minutes',
  title_hold_refreshes int default 0,
  announces_ranks boolean default true,
  rank_news_top int default 100,
  rank_news_min_places int default 10,
  acting_player_id uuid default null,
  source text default 'system')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_admin(create_board.acting_player_id, 'Only admins manage boards.');
  made public.boards;
begin
  if not platform.is_time_zone(create_board.time_zone) then
    perform platform.refuse(400, 'invalid_time_zone', 'This time zone does not exist.',
      'Use a name such as Europe/Berlin.');
  end if;
  if exists (
    select from unnest(create_board.metrics) as wanted (metric)
    where not exists (select from public.score_rules as rules where rules.metric = wanted.metric))
  then
    perform platform.refuse(400, 'unknown_metric', 'A metric of this board has no rule.',
      'Add its rule first.');
  end if;
  begin
    insert into public.boards
      (slug, name, kind, metrics, time_zone, awards_tiers, late_policy, close_grace, title_hold_refreshes,
      announces_ranks, rank_news_top, rank_news_min_places)
    values (create_board.slug, create_board.name, create_board.kind, create_board.metrics,
      create_board.time_zone, create_board.awards_tiers, create_board.late_policy, create_board.close_grace,
      create_board.title_hold_refreshes, create_board.announces_ranks, create_board.rank_news_top,
      create_board.rank_news_min_places)
    returning boards.* into made;
  exception
    when unique_violation then
      perform platform.refuse(409, 'board_exists', 'A board with this slug exists.', 'Choose another slug.');
    when check_violation or not_null_violation then
      perform platform.refuse(400, 'invalid_board', 'These values do not make a valid board.',
        'Check slug, name, kind, policy and numbers.');
  end;
  perform leaderboard.open_due_periods();
  perform platform.record_audit('board.created', 'board', made.slug, null, to_jsonb(made), actor,
    platform.resolve_source(create_board.source));
  return to_jsonb(made);
end;
$$;
comment on function public.create_board(text, text, text, text[], text, boolean, text, interval, int, boolean,
  int, int, uuid, text) is
  'Creates a board and opens its current period, which counts events that already occurred in it. Seasons are '
  'planned with plan_season. Admins only; definer: nobody may write the table directly.';
grant execute on function public.create_board(text, text, text, text[], text, boolean, text, interval, int,
  boolean, int, int, uuid, text)
  to authenticated, service_role;

create function public.plan_season(
  board text, name text, starts_at timestamptz, ends_at timestamptz, acting_player_id uuid default null,
  source text default 'system')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_admin(plan_season.acting_player_id, 'Only admins manage boards.');
  found_board public.boards := leaderboard.find_board(plan_season.board);
  planned jsonb;
begin
  if found_board.kind <> 'season' then
    perform platform.refuse(400, 'not_a_season_board', 'The periods of this board follow the calendar.',
      'Use a board of kind season.');
  end if;
  if plan_season.ends_at is null or plan_season.starts_at is null
    or plan_season.ends_at <= plan_season.starts_at
    or plan_season.ends_at <= now()
  then
    perform platform.refuse(400, 'invalid_season', 'A season must end after it begins, and not in the past.',
      'Check both times.');
  end if;
  -- Two concurrent planners would not see each other's season.
  perform pg_advisory_xact_lock(hashtextextended('leaderboard/seasons', found_board.id));
  if exists (
    select from leaderboard.board_periods as periods
    where periods.board_id = found_board.id
      and periods.starts_at < plan_season.ends_at and periods.ends_at > plan_season.starts_at)
  then
    perform platform.refuse(409, 'season_overlaps', 'Another season of this board overlaps.',
      'Begin after it ends.');
  end if;
  insert into leaderboard.board_periods (board_id, name, starts_at, ends_at)
  values (found_board.id, plan_season.name, plan_season.starts_at, plan_season.ends_at)
  returning jsonb_build_object('board', found_board.slug, 'period_id', board_periods.id,
    'name', board_periods.name, 'starts_at', board_periods.starts_at, 'ends_at', board_periods.ends_at)
  into planned;
  perform platform.record_audit('season.planned', 'board', found_board.slug, null, planned, actor,
    platform.resolve_source(plan_season.source));
  return planned;
end;
$$;
comment on function public.plan_season(text, text, timestamptz, timestamptz, uuid, text) is
  'Plans a season of a season board; it starts and closes automatically. Seasons never overlap. Admins only; '
  'definer: the table is closed.';
grant execute on function public.plan_season(text, text, timestamptz, timestamptz, uuid, text) to authenticated,
  service_role;
