-- The one way in for score events. Locks, always in this order: intake (advisory, shared; the close of a
-- period takes it alone), voided events by id, capped days by key, events by external id, voids by external
-- id. Two senders of the same batch wait for each other and never deadlock: who has to begin anew lets go of
-- all but the first.

create type private.counted_result as (external_id text, status text, event_id bigint, points bigint);
comment on type private.counted_result is 'What is answered for an event that counts, now or before.';
create type private.void_result as (
  external_id text, status text, event_id bigint, points bigint, closed_boards text[]);
comment on type private.void_result is
  'The same of a void that came too late for some boards, whose archives keep the points.';
create type private.refused_result as (external_id text, status text, reason text, message text);
comment on type private.refused_result is 'What is answered for an event that does not count.';

create function private.list_closed_boards(void_id bigint, voided_id bigint)
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
      -- Each found by index, however many periods have closed since: of every board the one that holds the moment,
      -- and those to which the event was sent on.
      select own.board_id, own.state, own.applied_snapshot, own.closed_at
      from public.boards
      cross join lateral (
        select periods.* from private.board_periods as periods
        where periods.board_id = boards.id and periods.starts_at <= voided.counts_at
        order by periods.starts_at desc nulls last
        limit 1
      ) as own
      where own.ends_at > voided.counts_at
        -- What was sent on counts where it was sent.
        and not exists (
          select from private.late_routes as routes
          where routes.event_id = voided.id and own.board_id = (
            select later.board_id from private.board_periods as later where later.id = routes.period_id))
        -- Of what just happened nothing has closed.
        and voided.counts_at < (select max(closed.ends_at) from private.board_periods as closed where closed.state <> 'open')
      union all
      select later.board_id, later.state, later.applied_snapshot, later.closed_at from private.late_routes as routes
      cross join lateral (
        select periods.* from private.board_periods as periods where periods.id = routes.period_id limit 1
      ) as later
      where routes.event_id = voided.id
    ) as periods
    join public.boards on boards.id = periods.board_id
      and (boards.metrics is null or voided.metric = any (boards.metrics))
    where voided.id = list_closed_boards.voided_id and periods.state <> 'open'
      -- What the last refresh of a period saw is what it keeps. After a restore it is taken to have seen all that was
      -- restored (adopt_restored_events), and the times tell what came when it had closed.
      and pg_visible_in_snapshot(voided.transaction_id, periods.applied_snapshot)
      and coalesce(voided.received_at <= periods.closed_at, true)
      and (void.received_at > periods.closed_at
        or not pg_visible_in_snapshot(void.transaction_id, periods.applied_snapshot)));
end;
$$;
comment on function private.list_closed_boards(bigint, bigint) is
  'The boards that counted an event in a period that had closed when its void came; null when there are none.';

create function private.answer_score_events(source text, judged private.judged_event[])
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
          then private.list_closed_boards(recorded.id, entry.voids_id) end as closed_boards,
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
      -- Rows of a type: several times quicker than objects built key by key.
      'results', coalesce(json_agg(
        case when outcome.status = 'refused' then to_json(row(outcome.external_id, outcome.status,
          outcome.reason, private.explain_refusal(outcome.reason))::private.refused_result)
        when outcome.closed_boards is not null then to_json(row(outcome.external_id, outcome.status,
          outcome.event_id, outcome.points, outcome.closed_boards)::private.void_result)
        else to_json(row(outcome.external_id, outcome.status, outcome.event_id,
          outcome.points)::private.counted_result) end), '[]'))
    from outcome);
end;
$$;
comment on function private.answer_score_events(text, private.judged_event[]) is
  'What became of each element of a batch, in order, with the counts. What was judged good but is not '
  'there was refused with its batch.';

create function private.has_refusal(judged private.judged_event[])
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return exists (select from unnest(judged) as entry where entry.status = 'refused');
end;
$$;
comment on function private.has_refusal(private.judged_event[]) is 'Whether any element was refused.';

create function private.has_other_capped_days(judged private.judged_event[], held private.judged_event[])
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return exists (
    select entry.player_id, entry.metric, entry.cap_day
    from unnest(judged) as entry where entry.cap_day is not null and entry.status = 'accepted'
    except
    select entry.player_id, entry.metric, entry.cap_day
    from unnest(held) as entry where entry.cap_day is not null and entry.status = 'accepted');
end;
$$;
comment on function private.has_other_capped_days(private.judged_event[], private.judged_event[]) is
  'Whether events count toward days that were not held when the batch was judged before.';

create function private.record_batch(
  source text, incoming private.incoming_event[], is_all_or_nothing boolean)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
  judged private.judged_event[];
  voids private.judged_event[];
  held_days private.judged_event[];
  held_ids bigint[] := '{}';
  has_voids boolean := exists (select from unnest(incoming) as given where given.voids is not null);
  is_capped boolean := false;
begin
  for attempt in 1..20 loop
    -- Locks are taken within the attempt: one that is undone lets go of all of them, so that the next one takes
    -- them in order again, together with those of what it has learnt of.
    begin
      if has_voids then
        held_ids := private.hold_voided_events(record_batch.source, incoming);
      end if;
      judged := private.judge_score_events(record_batch.source, incoming);
      if has_voids or exists (select from unnest(judged) as entry where entry.cap_day is not null) then
        is_capped := private.hold_capped_days(judged, held_ids);
        held_days := judged;
        -- Judged again: the same events may have been recorded while waiting, and must not use up the cap twice.
        judged := private.judge_score_events(record_batch.source, incoming);
        if private.has_other_capped_days(judged, held_days) then
          raise unique_violation using message = 'An event became acceptable since the batch took its locks.';
        end if;
      end if;
      exit when is_all_or_nothing and not has_voids and private.has_refusal(judged);
      if is_capped then
        judged := private.cap_points(judged);
      end if;
      perform private.write_score_events(record_batch.source, judged);
      if has_voids then
        voids := private.judge_score_voids(record_batch.source, incoming, held_ids);
        if exists (select from unnest(voids) as entry where entry.reason = 'not_held') then
          raise unique_violation using message = 'An event to void was recorded since the batch took its locks.';
        end if;
        perform private.write_score_events(record_batch.source, voids);
        if is_all_or_nothing and private.has_refusal(judged || voids) then
          raise sqlstate 'DS000';
        end if;
      end if;
      exit;
    exception
      when sqlstate 'DS000' then
        exit;
      when unique_violation or not_null_violation then
        -- Somebody recorded one of these ids since it was judged, or a board that would have counted a late event
        -- later does not any more (late_routes). What this attempt wrote is undone; with what is there now it is
        -- judged once more.
        if attempt = 20 then
          raise;
        end if;
    end;
  end loop;
  return private.answer_score_events(record_batch.source, judged || voids);
end;
$$;
comment on function private.record_batch(text, private.incoming_event[], boolean) is
  'Records what is good of a batch, or with is_all_or_nothing the whole or none of it, also when somebody '
  'sends the same at the same time.';

create function public.record_score_events(source text, events jsonb,
  refuse_all_on_error boolean default false)
returns json
language plpgsql
volatile
security definer
set search_path = ''
-- Whatever the statistics say: a batch of 10,000 on an empty table must not compare all with all, and no plan
-- is worth compiling or making anew for each batch.
set enable_seqscan = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  if record_score_events.source is null or char_length(record_score_events.source) not between 1 and 64 then
    perform private.refuse(400, 'invalid_source', 'A source is named with 1 to 64 characters.',
      'Name the sending system.');
  end if;
  if jsonb_typeof(events) is distinct from 'array' then
    perform private.refuse(400, 'malformed', 'Events are sent as a JSON array.', 'Wrap the event in [ ].');
  end if;
  if jsonb_array_length(events) > 10000 then
    perform private.refuse(400, 'batch_too_large', 'A batch holds at most 10,000 events.',
      'Send several batches.');
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    perform private.refuse(400, 'isolation', 'Events are recorded in READ COMMITTED transactions only.',
      'Use the default level.');
  end if;
  perform pg_advisory_xact_lock_shared(hashtextextended('leaderboard/intake', 0));
  -- Whoever sends and then neither commits nor goes on keeps periods from closing: until this transaction ends,
  -- ten idle seconds end it.
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  return private.record_batch(
    record_score_events.source, private.parse_score_events(events), refuse_all_on_error is true);
end;
$$;
comment on function public.record_score_events(text, jsonb, boolean) is
  'Records up to 10,000 events {external_id, player_id, metric, units, occurred_at} and voids '
  '{external_id, voids}; a void may take back an event of the same batch. Each id counts once per source, '
  'whoever sends it how often. Answers {accepted, duplicates, refused, results}, one result per element '
  'in order, a void''s with closed_boards when archives keep what it takes back; with refuse_all_on_error one '
  'bad event keeps all out. Definer: the tables are closed.';
grant execute on function public.record_score_events(text, jsonb, boolean) to service_role;
