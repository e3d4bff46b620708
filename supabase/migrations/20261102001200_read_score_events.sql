-- Reading and judging a batch of score events; nothing here writes.

create type private.incoming_event as (
  ordinal int, external_id text, player_id uuid, metric text, units numeric, occurred_at timestamptz,
    voids text,
  reason text);
comment on type private.incoming_event is
  'One element of a batch, read; reason is set when it cannot be taken as it is.';

create function private.parse_score_events(events jsonb)
returns private.incoming_event[]
language sql
stable
set search_path = ''
as $$
  select array_agg(row(
    item.ordinality, sound.external_id, sound.player_id, field.metric, sound.units, sound.occurred_at,
      field.voids,
    case
      when jsonb_typeof(item.value) <> 'object' then 'malformed'
      when sound.external_id is null then 'invalid_external_id'
      when field.voids is not null then
        case when item.value ? 'occurred_at' and sound.occurred_at is null then 'invalid_time' end
      when sound.player_id is null then 'unknown_player'
      when field.metric is null then 'unknown_metric'
      when sound.units is null then 'invalid_units'
      when sound.occurred_at is null then 'invalid_time'
    end)::private.incoming_event order by item.ordinality)
  from jsonb_array_elements(events) with ordinality as item
  cross join lateral (
    select item.value ->> 'external_id' as external_id, item.value ->> 'player_id' as player_id,
      item.value ->> 'metric' as metric, item.value ->> 'occurred_at' as occurred_at, item.value ->> 'voids'
        as voids
    offset 0
  ) as field
  cross join lateral (
    select
      case when char_length(field.external_id) between 1 and 200
        and jsonb_typeof(item.value -> 'external_id') = 'string' then field.external_id end as external_id,
      case when pg_input_is_valid(field.player_id, 'uuid') then field.player_id::uuid end as player_id,
      case when jsonb_typeof(item.value -> 'units') = 'number'
        and (item.value -> 'units')::numeric between 0.0001 and 1000000000
          then (item.value -> 'units')::numeric end as units,
      -- Only ISO 8601 with a zone: Postgres would also read words such as "now" and times that depend on the
      -- session.
      case when field.occurred_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)$'
        and pg_input_is_valid(field.occurred_at, 'timestamptz') then field.occurred_at::timestamptz end
          as occurred_at
    offset 0
  ) as sound;
$$;
comment on function private.parse_score_events(jsonb) is
  'Reads a batch row by row; nothing in it can raise. Times need a zone, units must be JSON numbers from '
  '0.0001 to 10^9.';


create type private.judged_event as (
  ordinal int, external_id text, player_id uuid, metric text, units numeric, points bigint, rule_id bigint,
  daily_cap_points bigint, cap_day date, occurred_at timestamptz, counts_at timestamptz, voids_id bigint,
  reason text, event_id bigint, first_ordinal int, is_late boolean);
comment on type private.judged_event is
  'An incoming event with its points. reason: why it is refused. event_id: it was recorded before. '
  'first_ordinal: the first element of the batch with the same id, when that is another one. is_late: a '
  'period of some board has closed over it.';

create function private.is_refused_as_late(metric text, occurred_at timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.boards
    join private.board_periods as periods on periods.board_id = boards.id
    where boards.is_active and boards.late_policy = 'refuse'
      and (boards.metrics is null or is_refused_as_late.metric = any (boards.metrics))
      and periods.state <> 'open'
      and periods.starts_at <= is_refused_as_late.occurred_at
        and periods.ends_at > is_refused_as_late.occurred_at);
$$;
comment on function private.is_refused_as_late(text, timestamptz) is
  'Whether a board that takes no late events has closed its period over this moment.';

create function private.judge_score_events(source text, incoming private.incoming_event[])
returns private.judged_event[]
language plpgsql
stable
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  settings private.leaderboard_settings;
  closed_until timestamptz;
begin
  select only_row.* into settings from private.leaderboard_settings as only_row;
  select max(periods.ends_at) into closed_until from private.board_periods as periods
    where periods.state <> 'open';
  return (
    select array_agg(row(
      item.ordinal, item.external_id, coalesce(voided.player_id, item.player_id), coalesce(voided.metric,
        item.metric),
      coalesce(-voided.units, item.units), worth.points, coalesce(voided.rule_id, rule.id),
      case when item.voids is null then rule.daily_cap_points end,
      case when item.voids is null and rule.daily_cap_points is not null
        then (item.occurred_at at time zone rule.time_zone)::date
        when voided_rule.daily_cap_points is not null
        then (voided.occurred_at at time zone voided_rule.time_zone)::date end,
      coalesce(item.occurred_at, now()), coalesce(voided.counts_at, item.occurred_at), voided.id,
      case
        when item.reason is not null then item.reason
        when recorded.id is not null then
          case when recorded.is_same is not true then 'conflict' end
        when item.is_first_same is not true then 'conflict'
        when item.occurred_at > now() + settings.event_lead_max then 'invalid_time'
        when item.voids is not null then
          case
            when voided.id is null then 'unknown_event'
            when voided.voids_id is not null then 'not_voidable'
            when item.void_turn > 1
              or exists (select from public.score_events as other where other.voids_id = voided.id)
                then 'already_voided'
          end
        when rule.id is null then 'unknown_metric'
        when profiles.id is null then 'unknown_player'
        when worth.points > 1000000000 then 'invalid_units'
        when item.occurred_at < now() - settings.event_age_max then 'too_old'
        when item.occurred_at < closed_until
          and private.is_refused_as_late(item.metric, item.occurred_at) then 'period_closed'
      end,
      recorded.id, nullif(item.first_ordinal, item.ordinal), item.occurred_at < closed_until
    )::private.judged_event order by item.ordinal)
    from (
      select given.*,
        first_value(given.ordinal) over same_id as first_ordinal,
        (given.player_id, given.metric, given.units, given.occurred_at, given.voids) is not distinct from (
          first_value(given.player_id) over same_id, first_value(given.metric) over same_id,
          first_value(given.units) over same_id, first_value(given.occurred_at) over same_id,
          first_value(given.voids) over same_id) as is_first_same,
        case when given.voids is not null
          then row_number() over (partition by given.voids order by given.ordinal) end as void_turn
      from unnest(incoming) as given
      window same_id as (partition by given.external_id order by given.ordinal)
    ) as item
    left join public.profiles on profiles.id = item.player_id
    left join public.score_events as voided
      on item.voids is not null and voided.source = judge_score_events.source
        and voided.external_id = item.voids
    left join public.score_rules as voided_rule on voided_rule.id = voided.rule_id
    left join lateral (
      select rules.id, rules.points_per_unit, rules.daily_cap_points, rules.time_zone
      from public.score_rules as rules
      where rules.metric = item.metric and rules.effective_from <= item.occurred_at
      order by rules.effective_from desc
      limit 1
    ) as rule on item.voids is null
    left join lateral (
      select events.id,
        case when item.voids is not null then events.voids_id is not distinct from voided.id
          else (events.player_id, events.metric, events.units, events.occurred_at)
            = (item.player_id, item.metric, item.units, item.occurred_at) and events.voids_id is null
        end as is_same
      from public.score_events as events
      where events.source = judge_score_events.source and events.external_id = item.external_id
    ) as recorded on true
    cross join lateral (
      select coalesce(-voided.points, round(item.units * rule.points_per_unit)::bigint) as points
    ) as worth);
end;
$$;
comment on function private.judge_score_events(text, private.incoming_event[]) is
  'Decides each element of a batch as the database is now: recorded before, refused and why, or to be '
  'recorded and for how much.';

create function private.explain_refusal(reason text)
returns text
language sql
immutable
set search_path = ''
return case reason
  when 'malformed' then 'Each event is a JSON object.'
  when 'invalid_external_id' then 'external_id must be a string of 1 to 200 characters.'
  when 'unknown_player' then 'No player has this id.'
  when 'unknown_metric' then 'No rule says what this metric is worth at that time.'
  when 'invalid_units'
    then 'units must be a number from 0.0001 to 1,000,000,000, worth at most 1,000,000,000 points.'
  when 'invalid_time' then 'occurred_at must be an ISO 8601 time with a zone, and not in the future.'
  when 'too_old' then 'The event is older than events may be.'
  when 'period_closed' then 'The period in which this occurred is closed.'
  when 'conflict' then 'This external_id was used for something else.'
  when 'unknown_event' then 'There is no such event to void from this source.'
  when 'not_voidable' then 'A void cannot be voided; record the event anew.'
  when 'already_voided' then 'This event is void already.'
  when 'batch_refused' then 'Nothing of this batch was recorded because another event of it was refused.'
end;
comment on function private.explain_refusal(text) is 'The sentence for a reason why an event is refused.';
create index board_periods_closed_ends_idx on private.board_periods (ends_at) where state <> 'open';
