-- Judges the voids of a batch and words the refusals; nothing here writes.

create function leaderboard.judge_score_voids(
  source text, incoming leaderboard.incoming_event[], held_ids bigint[])
returns leaderboard.judged_event[]
language plpgsql
stable
set search_path = ''
as $$
declare
  event_lead_max interval := (select settings.event_lead_max from leaderboard.leaderboard_settings as settings);
begin
  return (
    -- Each void by itself, then among those with the same id, then among those of the same event: a refused
    -- void does not affect others.
    with weighed as (
      select given.ordinal, given.external_id, given.voids, given.occurred_at,
        recorded.is_same as is_same_recorded, voided.id as voided_id, voided.player_id, voided.metric,
        voided.units, voided.points, voided.rule_id, voided.occurred_at as voided_at,
        voided.counts_at, voided.cap_day,
        case
          when given.reason is not null then given.reason
          when recorded.is_same then null
          when not recorded.is_same then 'conflict'
          when given.occurred_at > now() + event_lead_max then 'invalid_time'
          when voided.id is null then 'unknown_event'
          when voided.voids_id is not null then 'not_voidable'
          when exists (select from public.score_events as other where other.voids_id = voided.id)
            then 'already_voided'
          -- The reduced score is dated to the void, and order keys cannot encode times before 2000.
          when given.occurred_at < voided.occurred_at then 'before_event'
          -- Last, because refused and known ones need no lock.
          when not voided.is_held then 'not_held'
        end as reason
      from unnest(incoming) as given
      left join lateral (
        select events.*, case when rules.daily_cap_points is not null
          then (events.occurred_at at time zone rules.time_zone)::date end as cap_day,
          -- Locked earlier, or written by this transaction: nobody else can void it meanwhile.
          events.id = any (held_ids) or events.transaction_id = pg_current_xact_id() as is_held
        from public.score_events as events
        join public.score_rules as rules on rules.id = events.rule_id
        where events.source = judge_score_voids.source and events.external_id = given.voids
        limit 1
      ) as voided on true
      left join lateral (
        select (events.voids_id = voided.id) is true as is_same
        from public.score_events as events
        where events.source = judge_score_voids.source and events.external_id = given.external_id
        limit 1
      ) as recorded on true
      where given.voids is not null
    ),
    compared as (
      select weighed.*, row_number() over same_id as turn,
        weighed.voids = first_value(weighed.voids) over same_id as is_same_as_first
      from weighed
      window same_id as (partition by weighed.external_id, weighed.reason is null order by weighed.ordinal)
    ),
    queued as (
      select compared.*, row_number() over (
          partition by compared.voided_id, compared.reason is null and compared.turn = 1
          order by compared.ordinal) as void_turn
      from compared
    ),
    explained as (
      select queued.*,
        case
          when queued.reason is not null then queued.reason
          when queued.is_same_recorded then null
          when queued.turn > 1 then case when not queued.is_same_as_first then 'conflict' end
          when queued.void_turn > 1 then 'already_voided'
        end as final_reason
      from queued
    )
    select array_agg(row(
      item.ordinal, item.external_id, item.player_id, item.metric, -item.units, -item.points, item.rule_id,
      -- The clock that dated the event may be ahead.
      null, item.cap_day, coalesce(item.occurred_at, greatest(now(), item.voided_at)), item.counts_at,
      item.voided_id,
      case
        when item.final_reason is not null then 'refused'
        when item.is_same_recorded or item.turn > 1 then 'duplicate'
        else 'accepted'
      end,
      item.final_reason, false)::leaderboard.judged_event)
    from explained as item);
end;
$$;
comment on function leaderboard.judge_score_voids(text, leaderboard.incoming_event[], bigint[]) is
  'Judges each void of a batch after its events were recorded, so an event and its void may arrive together. '
  'held_ids: the voided events that are locked. The internal reason not_held: the event was recorded since then '
  'and must be locked before it is voided.';

create function leaderboard.explain_refusal(reason text)
returns text
language sql
immutable
set search_path = ''
return case reason
  when 'malformed' then 'Each event must be a JSON object, and text must not contain NUL or an unpaired surrogate.'
  when 'invalid_external_id' then 'external_id must be a string of 1 to 200 characters.'
  when 'unknown_player' then 'No player has this id.'
  when 'unknown_metric' then 'No rule defines the worth of this metric at that time.'
  when 'invalid_units'
    then 'units must be a number from 0.0001 to 1,000,000,000, worth at most 1,000,000,000 points.'
  when 'invalid_time' then 'occurred_at must be an ISO 8601 time with a zone, and not in the future.'
  when 'too_old' then 'The event is older than the maximum age.'
  when 'period_closed' then 'A board has closed the period in which this occurred and cannot count it later.'
  when 'conflict' then 'This external_id was used for another event.'
  when 'unknown_event'
    then 'There is no such event to void from this source: send it before, or in this batch.'
  when 'not_voidable' then 'A void cannot be voided; record the event again.'
  when 'already_voided' then 'This event is already void.'
  when 'before_event' then 'A void cannot occur before the event that it cancels.'
  when 'batch_refused' then 'Nothing of this batch was recorded because another event of it was refused.'
end;
comment on function leaderboard.explain_refusal(text) is 'The sentence for the reason an event is refused.';
