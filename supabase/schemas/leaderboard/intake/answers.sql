-- The results for a batch's events.

create type leaderboard.counted_result as (external_id text, status text, event_id bigint, points bigint);
comment on type leaderboard.counted_result is 'The result for an event that counts, now or earlier.';

create type leaderboard.void_result as (
  external_id text, status text, event_id bigint, points bigint, closed_boards text[]);
comment on type leaderboard.void_result is
  'The same for a void that came too late for some boards, whose archives keep the points.';

create type leaderboard.refused_result as (external_id text, status text, reason text, message text);
comment on type leaderboard.refused_result is 'The result for an event that does not count.';

create function leaderboard.list_closed_boards(void_id bigint, voided_id bigint)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select array_agg(distinct boards.slug order by boards.slug)
    from public.score_events as voided
    join public.score_events as void on void.id = list_closed_boards.void_id
    cross join lateral (
      -- Each found by index, however many periods have closed since: for every board the period that contains
      -- the moment, and those to which the event was routed.
      select own.board_id, own.state, own.applied_snapshot, own.closed_at
      from public.boards
      cross join lateral (
        select periods.* from leaderboard.board_periods as periods
        where periods.board_id = boards.id and periods.starts_at <= voided.counts_at
        order by periods.starts_at desc nulls last
        limit 1
      ) as own
      where own.ends_at > voided.counts_at
        -- A routed event counts where it was routed.
        and not exists (
          select from leaderboard.late_routes as routes
          where routes.event_id = voided.id and own.board_id = (
            select later.board_id from leaderboard.board_periods as later where later.id = routes.period_id))
        -- Nothing has closed for what just happened.
        and voided.counts_at < (select max(closed.ends_at) from leaderboard.board_periods as closed where closed.state <> 'open')
      union all
      select later.board_id, later.state, later.applied_snapshot, later.closed_at from leaderboard.late_routes as routes
      cross join lateral (
        select periods.* from leaderboard.board_periods as periods where periods.id = routes.period_id limit 1
      ) as later
      where routes.event_id = voided.id
    ) as periods
    join public.boards on boards.id = periods.board_id
      and (boards.metrics is null or voided.metric = any (boards.metrics))
    where voided.id = list_closed_boards.voided_id and periods.state <> 'open'
      -- A period keeps what its last refresh saw. After a restore it is assumed to have seen all restored
      -- events (adopt_restored_events), and timestamps identify events that arrived after it had closed.
      and pg_visible_in_snapshot(voided.transaction_id, periods.applied_snapshot)
      and coalesce(voided.received_at <= periods.closed_at, true)
      and (void.received_at > periods.closed_at
        or not pg_visible_in_snapshot(void.transaction_id, periods.applied_snapshot)));
end;
$$;
comment on function leaderboard.list_closed_boards(bigint, bigint) is
  'Boards that counted an event in a period that had closed when its void arrived; null if there are none.';

create function leaderboard.answer_score_events(source text, judged leaderboard.judged_event[])
returns json
language plpgsql
volatile
set search_path = ''
as $$
begin
  return (
    with outcome as materialized (
      select entry.external_id, recorded.id as event_id, recorded.points,
        case when entry.voids_id is not null and recorded.id is not null
          then leaderboard.list_closed_boards(recorded.id, entry.voids_id) end as closed_boards,
        case when recorded.id is null then 'refused' else entry.status end as status,
        case when entry.status <> 'refused' and recorded.id is null then 'batch_refused' else entry.reason end
          as reason
      from unnest(judged) as entry
      left join lateral (
        select events.id, events.points from public.score_events as events
        where entry.status <> 'refused'
          and events.source = answer_score_events.source and events.external_id = entry.external_id
        limit 1
      ) as recorded on true
      order by entry.ordinal
    )
    select json_build_object(
      'accepted', count(*) filter (where outcome.status = 'accepted'),
      'duplicates', count(*) filter (where outcome.status = 'duplicate'),
      'refused', count(*) filter (where outcome.status = 'refused'),
      -- Composite rows are several times faster than objects built key by key.
      'results', coalesce(json_agg(
        case when outcome.status = 'refused' then to_json(row(outcome.external_id, outcome.status,
          outcome.reason, leaderboard.explain_refusal(outcome.reason))::leaderboard.refused_result)
        when outcome.closed_boards is not null then to_json(row(outcome.external_id, outcome.status,
          outcome.event_id, outcome.points, outcome.closed_boards)::leaderboard.void_result)
        else to_json(row(outcome.external_id, outcome.status, outcome.event_id,
          outcome.points)::leaderboard.counted_result) end), '[]'))
    from outcome);
end;
$$;
comment on function leaderboard.answer_score_events(text, leaderboard.judged_event[]) is
  'The result of each element of a batch, in order, with totals. Accepted elements without a row were refused '
  'with their batch.';
