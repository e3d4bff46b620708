create function leaderboard.find_visible_player(player_id uuid, username text)
returns uuid
language sql
stable
set search_path = ''
as $$
  select profiles.id from public.profiles
  where case when find_visible_player.player_id is not null then profiles.id = find_visible_player.player_id
      else profiles.username = lower(find_visible_player.username) end
    and leaderboard.can_see_standing(profiles.id);
$$;
comment on function leaderboard.find_visible_player(uuid, text) is
  'The player with this id or username, if the caller may see their standings.';

create function public.get_player_stats(player_id uuid default null, username text default null,
  event_count int default 20)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_id uuid := leaderboard.find_visible_player(get_player_stats.player_id, get_player_stats.username);
begin
  perform leaderboard.check_page_size(event_count, 100);
  if found_id is null then
    return null;
  end if;
  return (
    select jsonb_build_object(
      'player_id', profiles.id, 'username', profiles.username, 'display_name', profiles.display_name,
      'avatar_url', profiles.avatar_url, 'created_at', profiles.created_at, 'left_at', profiles.left_at,
      'is_anonymous', profiles.visibility <> 'public',
      'today', (now() at time zone profiles.time_zone)::date,
      'totals', (
        select coalesce(jsonb_agg(jsonb_build_object('metric', totals.metric, 'units', totals.units,
          'points', totals.points, 'event_count', totals.event_count, 'last_occurred_at', totals.last_occurred_at)
          order by totals.points desc, totals.metric), '[]')
        from (
          select events.metric, sum(events.units) as units, sum(events.points) as points,
            count(*) - 2 * count(events.voids_id) as event_count, max(events.occurred_at) as last_occurred_at
          from public.score_events as events where events.player_id = found_id
          group by events.metric
        ) as totals),
      'standings', (
        select coalesce(jsonb_agg(jsonb_build_object('board', boards.slug, 'name', boards.name,
          'kind', boards.kind, 'player_count', period.player_count, 'standing', shown.standing)
          order by boards.id), '[]')
        from public.boards
        cross join lateral leaderboard.current_period(boards.id) as period
        cross join lateral (select leaderboard.render_standing(boards, period, found_id) as standing) as shown
        where boards.is_active and shown.standing is not null),
      'events', (
        select coalesce(jsonb_agg(jsonb_build_object('event_id', recent.id, 'metric', recent.metric,
          'units', recent.units, 'points', recent.points, 'occurred_at', recent.occurred_at,
          'is_void', recent.voids_id is not null)
          order by recent.occurred_at desc, recent.id desc), '[]')
        from (
          select events.* from public.score_events as events where events.player_id = found_id
          order by events.occurred_at desc, events.id desc
          limit event_count
        ) as recent),
      'activity', (
        select coalesce(jsonb_agg(jsonb_build_object('day', days.day, 'points', days.points,
          'event_count', days.event_count) order by days.day), '[]')
        from (
          select counted.day, sum(events.points) as points,
            count(*) - 2 * count(events.voids_id) as event_count
          from public.score_events as events
          cross join lateral (select (events.counts_at at time zone profiles.time_zone)::date as day) as counted
          -- Whole days. A void occurs after the day it counts on, never before, so the index finds all and a
          -- few more.
          where events.player_id = found_id and events.occurred_at > now() - interval '91 days'
            and counted.day > (now() at time zone profiles.time_zone)::date - 90
          group by counted.day
        ) as days),
      'tiers', (
        select coalesce(jsonb_agg(jsonb_build_object('board', boards.slug, 'tier', tiers.tier,
          'since', tiers.since) order by boards.id), '[]')
        from public.player_tiers as tiers
        join public.boards on boards.id = tiers.board_id
        where tiers.player_id = found_id),
      'past_periods', (
        select coalesce(jsonb_agg(jsonb_build_object('board', past.slug, 'name', past.name, 'kind', past.kind,
          'time_zone', past.time_zone, 'period_id', past.period_id, 'period_name', past.period_name,
          'starts_at', past.starts_at, 'ends_at', past.ends_at, 'position', past.position, 'rank', past.rank, 'is_tied', past.is_tied, 'score', past.score)
          order by past.ends_at desc, past.slug), '[]')
        from (
          select boards.slug, boards.name, boards.kind, boards.time_zone, periods.id as period_id,
            periods.name as period_name, periods.starts_at, periods.ends_at, archived.position, archived.rank,
            archived.score, archived.rank <> archived.position or leaderboard.has_equal_below(periods.id, row(
              archived.player_id, archived.position, archived.rank, archived.score, archived.reached_at,
              null)::leaderboard.placed_standing) as is_tied
          from leaderboard.archived_standings as archived
          join leaderboard.board_periods as periods on periods.id = archived.period_id
          join public.boards on boards.id = periods.board_id
          where archived.player_id = found_id
          order by periods.ends_at desc
          limit 50
        ) as past))
    from public.profiles
    where profiles.id = found_id);
end;
$$;
comment on function public.get_player_stats(uuid, text, int) is
  'A player by id or username: totals by metric, standings on all boards, recent events, points per day of the '
  'last 90 days up to today (both in the player''s time zone), tiers and past periods; null if there is none that '
  'the caller may see. Definer: the tables are closed.';
grant execute on function public.get_player_stats(uuid, text, int) to anon, authenticated, service_role;
