-- The only way in for score events. Locks, always in this order: intake (advisory, shared; closing a period
-- takes it exclusively), voided events by id, capped days by key, events by external id, voids by external
-- id. Two senders of the same batch wait for each other and never deadlock: an attempt that starts over
-- releases all but the first lock.

create function leaderboard.has_refusal(judged leaderboard.judged_event[])
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return exists (select from unnest(judged) as entry where entry.status = 'refused');
end;
$$;
comment on function leaderboard.has_refusal(leaderboard.judged_event[]) is 'Whether any element was refused.';

create function leaderboard.has_other_capped_days(judged leaderboard.judged_event[], held leaderboard.judged_event[])
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
comment on function leaderboard.has_other_capped_days(leaderboard.judged_event[], leaderboard.judged_event[]) is
  'Whether events count towards days that were not locked when the batch was last judged.';

create function leaderboard.record_batch(
  source text, incoming leaderboard.incoming_event[], is_all_or_nothing boolean)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
  judged leaderboard.judged_event[];
  voids leaderboard.judged_event[];
  held_days leaderboard.judged_event[];
  held_ids bigint[] := '{}';
  has_voids boolean := exists (select from unnest(incoming) as given where given.voids is not null);
  is_capped boolean := false;
begin
  for attempt in 1..20 loop
    -- Locks are taken within the attempt: rolling it back releases all of them, so the next one takes them in
    -- order again, together with those it has learnt of.
    begin
      if has_voids then
        held_ids := leaderboard.hold_voided_events(record_batch.source, incoming);
      end if;
      judged := leaderboard.judge_score_events(record_batch.source, incoming);
      if has_voids or exists (select from unnest(judged) as entry where entry.cap_day is not null) then
        is_capped := leaderboard.hold_capped_days(judged, held_ids);
        held_days := judged;
        -- Judged again: the same events may have been recorded while waiting, and must not use up the cap
        -- twice.
        judged := leaderboard.judge_score_events(record_batch.source, incoming);
        if leaderboard.has_other_capped_days(judged, held_days) then
          raise unique_violation using message = 'An event became acceptable since the batch took its locks.';
        end if;
      end if;
      exit when is_all_or_nothing and not has_voids and leaderboard.has_refusal(judged);
      if is_capped then
        judged := leaderboard.cap_points(judged);
      end if;
      perform leaderboard.write_score_events(record_batch.source, judged);
      if has_voids then
        voids := leaderboard.judge_score_voids(record_batch.source, incoming, held_ids);
        if exists (select from unnest(voids) as entry where entry.reason = 'not_held') then
          raise unique_violation using message = 'An event to void was recorded since the batch took its locks.';
        end if;
        perform leaderboard.write_score_events(record_batch.source, voids);
        if is_all_or_nothing and leaderboard.has_refusal(judged || voids) then
          raise sqlstate 'DS000';
        end if;
      end if;
      exit;
    exception
      when sqlstate 'DS000' then
        exit;
      when unique_violation or not_null_violation then
        -- Someone recorded one of these ids since it was judged, or a board no longer counts a late event
        -- (late_routes). This attempt is rolled back and judged once more against the current state.
        if attempt = 20 then
          raise;
        end if;
    end;
  end loop;
  return leaderboard.answer_score_events(record_batch.source, judged || voids);
end;
$$;
comment on function leaderboard.record_batch(text, leaderboard.incoming_event[], boolean) is
  'Records the accepted part of a batch, or with is_all_or_nothing all or none of it, even if the same is sent '
  'concurrently.';

create function public.record_score_events(source text, events jsonb,
  refuse_all_on_error boolean default false)
returns json
language plpgsql
volatile
security definer
set search_path = ''
-- Whatever the statistics are: a batch of 10,000 on an empty table must not use nested full scans, and
-- replanning or compiling per batch does not pay off.
set enable_seqscan = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  if record_score_events.source is null or char_length(record_score_events.source) not between 1 and 64 then
    perform platform.refuse(400, 'invalid_source', 'A source has 1 to 64 characters.',
      'Name the sending system.');
  end if;
  if jsonb_typeof(events) is distinct from 'array' then
    perform platform.refuse(400, 'malformed', 'Events are sent as a JSON array.', 'Wrap the event in [ ].');
  end if;
  if jsonb_array_length(events) > 10000 then
    perform platform.refuse(400, 'batch_too_large', 'A batch holds at most 10,000 events.',
      'Send several batches.');
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    perform platform.refuse(400, 'isolation', 'Events are recorded in READ COMMITTED transactions only.',
      'Use the default level.');
  end if;
  perform pg_advisory_xact_lock_shared(hashtextextended('leaderboard/intake', 0));
  -- A sender that neither commits nor continues keeps periods from closing: until this transaction ends, ten
  -- idle seconds end it.
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  return leaderboard.record_batch(
    record_score_events.source, leaderboard.parse_score_events(events), refuse_all_on_error is true);
end;
$$;
comment on function public.record_score_events(text, jsonb, boolean) is
  'Records up to 10,000 events {external_id, player_id, metric, units, occurred_at} and voids {external_id, '
  'voids}; a void may cancel an event of the same batch. Each id counts once per source, however often it is '
  'sent. Returns {accepted, duplicates, refused, results}, one result per element in order, a void''s with '
  'closed_boards if archives keep the cancelled points; with refuse_all_on_error one invalid event refuses all. '
  'Definer: the tables are closed.';
grant execute on function public.record_score_events(text, jsonb, boolean) to service_role;
