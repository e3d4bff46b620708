-- A simulation marks ties as the board it simulates would.

create or replace function public.simulate_score_rule(
  board text, metric text, points_per_unit numeric, daily_cap_points bigint default null,
    time_zone text default 'UTC')
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := private.find_board(simulate_score_rule.board);
  period private.board_periods := private.find_period(found_board, null);
  awards boolean := case when period.state = 'closed' then period.awarded_tiers else found_board.awards_tiers end;
  rule public.score_rules;
  result jsonb;
begin
  if not (private.is_service() or private.is_manager()) then
    perform private.refuse(403, 'not_manager', 'Only managers simulate rules.', 'Ask a manager.');
  end if;
  perform private.check_score_rule(simulate_score_rule.metric, simulate_score_rule.points_per_unit,
    simulate_score_rule.daily_cap_points, simulate_score_rule.time_zone);
  if not exists (select from public.score_rules as rules where rules.metric = simulate_score_rule.metric) then
    perform private.refuse(400, 'unknown_metric', 'This metric has no rule, so nothing of it was ever recorded.',
      'Simulate a metric of the list of score rules.');
  end if;
  rule.metric := simulate_score_rule.metric;
  rule.points_per_unit := simulate_score_rule.points_per_unit;
  rule.daily_cap_points := simulate_score_rule.daily_cap_points;
  rule.time_zone := simulate_score_rule.time_zone;
  with ranked as (
    select totals.player_id, totals.score, totals.reached_at,
      row_number() over (order by totals.score desc, totals.reached_at, totals.player_id) as place,
      rank() over (order by totals.score desc) as rank
    from private.simulate_totals(period, found_board.metrics, rule) as totals
    join public.profiles on profiles.id = totals.player_id
    left join private.archived_standings as archived on period.state = 'closed'
      and archived.period_id = period.id and archived.player_id = totals.player_id
    -- Who is in the archive stays there, whatever they chose since.
    where case when period.state = 'closed' then archived.player_id is not null
      else profiles.visibility <> 'hidden' and profiles.is_ranked and profiles.left_at is null end
  ),
  top as (
    select ranked.*, case when awards then private.tier_of_position(ranked.place) end as tier
    from ranked where ranked.place <= 100
  ),
  rendered as (
    select shown.standing, shown.place
    from (
      select array_agg(row(top.player_id, top.place, top.rank, top.score, top.reached_at,
        top.tier)::private.placed_standing) as placed
      from top
    ) as all_top
    cross join lateral jsonb_array_elements(
      private.render_standings(period.id, all_top.placed, null, has_equal_below => exists (
        select from ranked where ranked.place = 101 and ranked.rank <= 100))::jsonb) with ordinality as shown (standing, place)
  ),
  held as (
    select tiers.player_id, tiers.tier from public.player_tiers as tiers
    where tiers.board_id = found_board.id and tiers.period_id = period.id and period.state <> 'closed'
    union all
    select archived.player_id, private.tier_of_position(archived.position)
    from private.archived_standings as archived
    where period.state = 'closed' and awards
      and archived.period_id = period.id and archived.position <= 100
  ),
  changed as (
    select player_id, held.tier as tier_before, top.tier as tier_after, coalesce(top.place, 1000) as place
    from top full join held using (player_id)
    where held.tier is distinct from top.tier
  )
  select jsonb_build_object(
    'board', found_board.slug, 'period_id', period.id, 'as_of', period.as_of,
    'standings', (
      select coalesce(jsonb_agg(rendered.standing
        || jsonb_build_object('movement', published.place - top.place) order by top.place), '[]')
      from top
      join rendered on rendered.place = top.place
      cross join lateral private.place_at(period, top.player_id, period.version) as published),
    'tier_changes', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'player_id', case when face.is_public then changed.player_id
          else private.pseudonym(period.id, changed.player_id) end,
        'display_name', case when face.is_public then profiles.display_name else 'Anonymous player' end,
        'tier_before', changed.tier_before, 'tier_after', changed.tier_after) order by changed.place), '[]')
      from changed join public.profiles on profiles.id = changed.player_id
      cross join lateral (
        select profiles.visibility = 'public' and profiles.left_at is null as is_public
      ) as face))
  into result;
  return result;
end;
$$;
