-- The first half of a refresh: what changed since the last one, applied to standings and their history.

create function leaderboard.prepare_refresh_tables()
returns void
language plpgsql
volatile
set search_path = ''
set client_min_messages = warning
as $$
begin
  -- Session-local scratch space: no WAL, no bloat in shared tables, emptied at each commit.
  create temporary table if not exists refresh_changes (
    player_id uuid not null,
    is_new boolean not null,
    old_score bigint,
    old_event_count int,
    old_has_scored boolean,
    old_reached_at timestamptz,
    old_key bytea,
    old_since bigint,
    score bigint not null,
    event_count int not null,
    has_scored boolean not null,
    reached_at timestamptz not null,
    new_key bytea,
    is_changed boolean not null generated always as (
      is_new or new_key is distinct from old_key or score <> old_score or event_count <> old_event_count
      or has_scored <> old_has_scored or reached_at <> old_reached_at) stored
  ) on commit delete rows;
  create temporary table if not exists refresh_nodes (
    prefix bytea not null,
    old_cumulative int[] not null,
    old_since bigint not null,
    cumulative int[] not null,
    bytes int[] not null,
    deltas int[] not null
  ) on commit delete rows;
  create temporary table if not exists refresh_tiers (
    player_id uuid not null, tier_before text, tier_after text
  ) on commit delete rows;
  create temporary table if not exists refresh_ranks (
    player_id uuid not null, is_news boolean not null, told_position bigint,
    position_before bigint, position_after bigint, order_key bytea, score bigint, score_before bigint
  ) on commit delete rows;
  truncate pg_temp.refresh_changes, pg_temp.refresh_nodes, pg_temp.refresh_tiers, pg_temp.refresh_ranks;
end;
$$;
comment on function leaderboard.prepare_refresh_tables() is
  'Empties the scratch tables of a refresh, creating them in a new session.';

create function leaderboard.has_news(applied pg_snapshot)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Ordered, so the index is read from the oldest transaction that could be new, whatever the planner
  -- estimates.
  perform from public.score_events as events
  where events.transaction_id >= pg_snapshot_xmin(has_news.applied)
    and not pg_visible_in_snapshot(events.transaction_id, has_news.applied)
    and pg_visible_in_snapshot(events.transaction_id, pg_current_snapshot())
  order by events.transaction_id
  limit 1;
  if found then
    return true;
  end if;
  perform from leaderboard.player_marks as marks
  where marks.transaction_id >= pg_snapshot_xmin(has_news.applied)
    and not pg_visible_in_snapshot(marks.transaction_id, has_news.applied)
    and pg_visible_in_snapshot(marks.transaction_id, pg_current_snapshot())
  order by marks.transaction_id
  limit 1;
  return found;
end;
$$;
comment on function leaderboard.has_news(pg_snapshot) is
  'Whether any event or mark was committed that is not in the given snapshot. Two index reads.';

create function leaderboard.shows_new_faces(period_id bigint, applied pg_snapshot, seen pg_snapshot)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from leaderboard.player_marks as marks
    join leaderboard.board_tops as tops on tops.period_id = shows_new_faces.period_id
    where marks.is_face and marks.transaction_id >= pg_snapshot_xmin(applied)
      and not pg_visible_in_snapshot(marks.transaction_id, applied)
      and pg_visible_in_snapshot(marks.transaction_id, seen)
      and marks.player_id = any (tops.player_ids));
$$;
comment on function leaderboard.shows_new_faces(bigint, pg_snapshot, pg_snapshot) is
  'Whether one of the published first hundred got a new name or picture between two snapshots. That withdrew '
  'their page, unless they came onto it in a concurrent refresh.';

create function leaderboard.leave_out_own(seen pg_snapshot)
returns pg_snapshot
language sql
stable
set search_path = ''
as $$
  select case
    when own.id >= pg_snapshot_xmax(leave_out_own.seen) then leave_out_own.seen
    else format('%s:%s:%s', least(pg_snapshot_xmin(leave_out_own.seen), own.id),
      pg_snapshot_xmax(leave_out_own.seen), (
        select string_agg(running.id::text, ',' order by running.id)
        from (select pg_snapshot_xip(leave_out_own.seen) as id union select own.id) as running))::pg_snapshot
  end
  from (select pg_current_xact_id() as id) as own;
$$;
comment on function leaderboard.leave_out_own(pg_snapshot) is
  'The snapshot with the current transaction among the running ones, which a snapshot never includes: its writes '
  'after a refresh would otherwise count as applied, and be lost.';

create function leaderboard.collect_changes(period leaderboard.board_periods, metrics text[])
returns pg_snapshot
language plpgsql
volatile
set search_path = ''
set random_page_cost = 1.1
set work_mem = '64MB'
as $$
declare
  snapshot pg_snapshot;
begin
  -- One statement, so one snapshot: what it sees is applied, and the same snapshot is stored as applied. A
  -- transaction still open now, including this one, is in neither, whenever it began, and comes with a later
  -- refresh, once. Replanned each time: the first refresh of a period reads by time, all later ones by
  -- transaction.
  execute $query$
    with seen as materialized (
      select leaderboard.leave_out_own(pg_current_snapshot()) as snapshot,
        exists (select from leaderboard.late_routes as routes where routes.period_id = $5) as has_routes
    ),
    news as (
      select events.player_id, events.points, events.occurred_at, events.voids_id
      from public.score_events as events
      where events.transaction_id >= pg_snapshot_xmin($1)
        and not pg_visible_in_snapshot(events.transaction_id, $1)
        and pg_visible_in_snapshot(events.transaction_id, (select seen.snapshot from seen))
        and events.counts_at >= $2 and events.counts_at < $3
        and ($4 is null or events.metric = any ($4))
      union all
      select events.player_id, events.points, events.occurred_at, events.voids_id
      from leaderboard.late_routes as routes
      join public.score_events as events on events.id = routes.event_id
      where (select seen.has_routes from seen) and routes.period_id = $5
        and events.transaction_id >= pg_snapshot_xmin($1)
        and not pg_visible_in_snapshot(events.transaction_id, $1)
        and pg_visible_in_snapshot(events.transaction_id, (select seen.snapshot from seen))
    ),
    fresh as (
      select news.player_id, sum(news.points)::bigint as points, min(news.occurred_at) as first_at,
        max(news.occurred_at) filter (where news.points <> 0) as scored_at,
        (count(*) - 2 * count(news.voids_id))::int as event_count
      from news
      group by news.player_id
    ),
    marked as (
      select distinct marks.player_id
      from leaderboard.player_marks as marks
      where marks.transaction_id >= pg_snapshot_xmin($1) and not marks.is_face
        and not pg_visible_in_snapshot(marks.transaction_id, $1)
        and pg_visible_in_snapshot(marks.transaction_id, (select seen.snapshot from seen))
    ),
    touched as (
      select player_id, fresh.points, fresh.first_at, fresh.scored_at, fresh.event_count
      from fresh full join marked using (player_id)
    ),
    filled as (
      insert into pg_temp.refresh_changes (player_id, is_new, old_score, old_event_count, old_has_scored,
        old_reached_at, old_key, old_since, score, event_count, has_scored, reached_at, new_key)
      select touched.player_id, standings.player_id is null,
        standings.score, standings.event_count, standings.has_scored, standings.reached_at,
        standings.order_key, standings.since_version,
        result.score, result.event_count, result.has_scored, result.reached_at,
        case when profiles.is_listed and result.event_count > 0
          then leaderboard.order_key(result.score, result.reached_at, touched.player_id) end
      from touched
      join public.profiles on profiles.id = touched.player_id
      left join leaderboard.standings on standings.period_id = $5 and standings.player_id = touched.player_id
      cross join lateral (
        select coalesce(standings.score, 0) + coalesce(touched.points, 0) as score,
          coalesce(standings.event_count, 0) + coalesce(touched.event_count, 0) as event_count,
          coalesce(standings.has_scored, false) or touched.scored_at is not null as has_scored,
          coalesce(
            greatest(case when standings.has_scored then standings.reached_at end, touched.scored_at),
            least(standings.reached_at, touched.first_at)) as reached_at
      ) as result
      where result.reached_at is not null
      returning 1
    )
    select seen.snapshot from seen
    $query$
  into snapshot
  using coalesce(period.applied_snapshot, '1:1:'::pg_snapshot), coalesce(period.starts_at, '-infinity'),
    coalesce(period.ends_at, 'infinity'), metrics, period.id;
  analyze pg_temp.refresh_changes;
  return snapshot;
end;
$$;
comment on function leaderboard.collect_changes(leaderboard.board_periods, text[]) is
  'Fills refresh_changes with every player touched since the applied snapshot, before and after, and returns the '
  'snapshot that is then applied. Reads only, apart from scratch tables.';

create function leaderboard.apply_changes(period_id bigint, to_version bigint)
returns int
language plpgsql
volatile
set search_path = ''
set random_page_cost = 1.1
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  changed_count int;
begin
  insert into leaderboard.standing_history
    (period_id, player_id, score, event_count, reached_at, order_key, since_version, until_version)
  select apply_changes.period_id, changes.player_id, changes.old_score, changes.old_event_count,
    changes.old_reached_at, changes.old_key, changes.old_since, apply_changes.to_version
  from pg_temp.refresh_changes as changes
  where changes.is_changed and not changes.is_new;
  update leaderboard.standings
  set score = changes.score, event_count = changes.event_count, has_scored = changes.has_scored,
    reached_at = changes.reached_at, order_key = changes.new_key, since_version = apply_changes.to_version
  from pg_temp.refresh_changes as changes
  where changes.is_changed and not changes.is_new
    and standings.period_id = apply_changes.period_id and standings.player_id = changes.player_id;
  insert into leaderboard.standings
    (period_id, player_id, score, event_count, has_scored, reached_at, order_key, since_version)
  select apply_changes.period_id, changes.player_id, changes.score, changes.event_count, changes.has_scored,
    changes.reached_at, changes.new_key, apply_changes.to_version
  from pg_temp.refresh_changes as changes
  where changes.is_new
  order by changes.new_key;
  select count(*) into changed_count from pg_temp.refresh_changes as changes where changes.is_changed;
  return changed_count;
end;
$$;
comment on function leaderboard.apply_changes(bigint, bigint) is
  'Writes only what changed to standings and keeps the replaced rows; returns the number of changed players.';
