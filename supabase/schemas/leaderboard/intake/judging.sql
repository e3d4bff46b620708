-- Parses and judges a batch of score events; nothing here writes.

create type leaderboard.incoming_event as (
  ordinal int, external_id text, player_id uuid, metric text, units numeric, occurred_at timestamptz,
  voids text, reason text);
comment on type leaderboard.incoming_event is
  'One parsed element of a batch; reason is set if it cannot be accepted as it is.';

create type leaderboard.judged_event as (
  ordinal int, external_id text, player_id uuid, metric text, units numeric, points bigint, rule_id bigint,
  daily_cap_points bigint, cap_day date, occurred_at timestamptz, counts_at timestamptz, voids_id bigint,
  status text, reason text, is_late boolean);
comment on type leaderboard.judged_event is
  'An element of a batch with its points. status: accepted (to be recorded), duplicate (recorded earlier, or by '
  'an earlier element of the batch) or refused, with the reason. is_late: some board has closed a period that '
  'ended later, so the event may be late for one.';

create function leaderboard.parse_score_events(events jsonb)
returns leaderboard.incoming_event[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select array_agg(row(
      field.ordinal, sound.external_id, sound.player_id, field.metric, sound.units, sound.occurred_at,
      field.voids,
      case
        when not field.is_object then 'malformed'
        when sound.external_id is null then 'invalid_external_id'
        when field.voids is not null then
          case when field.occurred_at is not null and sound.occurred_at is null then 'invalid_time' end
        when sound.player_id is null then 'unknown_player'
        when field.metric is null then 'unknown_metric'
        when sound.units is null then 'invalid_units'
        when sound.occurred_at is null then 'invalid_time'
      end)::leaderboard.incoming_event)
    from (
      select item.ordinal, jsonb_typeof(item.value) = 'object' as is_object,
        case when jsonb_typeof(item.value -> 'external_id') = 'string' then item.value ->> 'external_id' end
          as external_id,
        item.value ->> 'player_id' as player_id, item.value ->> 'metric' as metric,
        item.value -> 'units' as units, item.value ->> 'occurred_at' as occurred_at,
        item.value ->> 'voids' as voids
      from jsonb_array_elements(events) with ordinality as item (value, ordinal)
      offset 0
    ) as field
    cross join lateral (
      select
        case when char_length(field.external_id) between 1 and 200 then field.external_id end as external_id,
        case when pg_input_is_valid(field.player_id, 'uuid') then field.player_id::uuid end as player_id,
        case when jsonb_typeof(field.units) = 'number' and field.units::numeric between 0.0001 and 1000000000
          then field.units::numeric end as units,
        -- Only ISO 8601 with a zone: Postgres would also accept words such as "now" and times that depend on
        -- the session.
        case when (
            -- The common format, recognised without the cost of the full expression.
            field.occurred_at like '____-__-__T__:__:__.%Z'
              and translate(field.occurred_at, '0123456789', '') = '--T::.Z'
            or field.occurred_at
              ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)$')
          and pg_input_is_valid(field.occurred_at, 'timestamptz') then field.occurred_at::timestamptz end
            as occurred_at
      offset 0
    ) as sound);
end;
$$;
comment on function leaderboard.parse_score_events(jsonb) is
  'Parses a batch row by row without ever raising. Times need a zone, units must be JSON numbers from 0.0001 to '
  '10^9.';

create function leaderboard.find_late_periods(event_metric text, counts_at timestamptz)
returns table (period_id bigint)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select next_period.id
  from public.boards
  cross join lateral (
    select periods.state, periods.ends_at
    from leaderboard.board_periods as periods
    where periods.board_id = boards.id and periods.starts_at <= find_late_periods.counts_at
    order by periods.starts_at desc nulls last
    limit 1
  ) as own_period
  left join lateral (
    -- The last one that began; between two seasons the upcoming one.
    select periods.id
    from leaderboard.board_periods as periods
    where boards.late_policy = 'next_period' and periods.board_id = boards.id and periods.state = 'open'
    order by periods.starts_at > now(), abs(extract(epoch from periods.starts_at - now()))
    limit 1
  ) as next_period on true
  where boards.is_active and own_period.state <> 'open' and own_period.ends_at > find_late_periods.counts_at
    and (boards.metrics is null or find_late_periods.event_metric = any (boards.metrics));
end;
$$;
comment on function leaderboard.find_late_periods(text, timestamptz) is
  'One row for each board that has closed its period of an event: the period in which it counts instead, the '
  'current or else the next planned one; null if the board accepts no late events or has no such period.';

create function leaderboard.judge_score_events(source text, incoming leaderboard.incoming_event[])
returns leaderboard.judged_event[]
language plpgsql
stable
set search_path = ''
as $$
declare
  settings leaderboard.leaderboard_settings;
  closed_until timestamptz;
begin
  select only_row.* into settings from leaderboard.leaderboard_settings as only_row;
  select max(periods.ends_at) into closed_until from leaderboard.board_periods as periods
    where periods.state <> 'open';
  return (
    with rules as materialized (
      select versions.metric, array_agg(versions.effective_from order by versions.effective_from) as starts,
        array_agg(versions.id order by versions.effective_from) as ids,
        array_agg(versions.points_per_unit order by versions.effective_from) as points_per_unit,
        array_agg(versions.daily_cap_points order by versions.effective_from) as daily_cap_points,
        array_agg(versions.time_zone order by versions.effective_from) as time_zones
      from public.score_rules as versions
      where versions.metric in (select given.metric from unnest(incoming) as given)
      group by versions.metric
    ),
    -- Each element by itself, then among valid ones with the same id.
    weighed as (
      select given.ordinal, given.external_id, given.player_id, given.metric, given.units, given.occurred_at,
        worth.points, worth.rule_id, worth.daily_cap_points,
        case when worth.daily_cap_points is not null
          then (given.occurred_at at time zone worth.time_zone)::date end as cap_day,
        given.occurred_at < closed_until as is_late,
        recorded.is_same as is_same_recorded,
        case
          when given.reason is not null then given.reason
          when recorded.is_same then null
          when not recorded.is_same then 'conflict'
          when given.occurred_at > now() + settings.event_lead_max then 'invalid_time'
          when given.occurred_at < now() - settings.event_age_max then 'too_old'
          when worth.rule_id is null then 'unknown_metric'
          when player.id is null then 'unknown_player'
          when worth.points > 1000000000 then 'invalid_units'
          when late.is_refused then 'period_closed'
        end as reason
      from unnest(incoming) as given
      left join rules on rules.metric = given.metric
      left join lateral (
        select rules.ids[place.number] as rule_id,
          round(given.units * rules.points_per_unit[place.number])::bigint as points,
          rules.daily_cap_points[place.number] as daily_cap_points,
          rules.time_zones[place.number] as time_zone
        from (select width_bucket(given.occurred_at, rules.starts) as number) as place
      ) as worth on true
      -- Limits keep each of these a single-row index read.
      left join lateral (
        select profiles.id from public.profiles where profiles.id = given.player_id limit 1
      ) as player on true
      left join lateral (
        select (events.player_id, events.metric, events.units, events.occurred_at)
            = (given.player_id, given.metric, given.units, given.occurred_at) and events.voids_id is null
          as is_same
        from public.score_events as events
        where events.source = judge_score_events.source and events.external_id = given.external_id
        limit 1
      ) as recorded on true
      left join lateral (
        select bool_or(route.period_id is null) as is_refused
        from leaderboard.find_late_periods(given.metric, given.occurred_at) as route
        where given.occurred_at < closed_until
      ) as late on true
      where given.voids is null
    ),
    compared as (
      select weighed.*, row_number() over same_id as turn,
        (weighed.player_id, weighed.metric, weighed.units, weighed.occurred_at) = (
          first_value(weighed.player_id) over same_id, first_value(weighed.metric) over same_id,
          first_value(weighed.units) over same_id, first_value(weighed.occurred_at) over same_id)
          as is_same_as_first
      from weighed
      window same_id as (partition by weighed.external_id, weighed.reason is null order by weighed.ordinal)
    )
    select array_agg(row(
      item.ordinal, item.external_id, item.player_id, item.metric, item.units, item.points, item.rule_id,
      item.daily_cap_points, item.cap_day, item.occurred_at, item.occurred_at, null,
      case
        when item.reason is not null then 'refused'
        when item.is_same_recorded then 'duplicate'
        when item.turn = 1 then 'accepted'
        when item.is_same_as_first then 'duplicate'
        else 'refused'
      end,
      case
        when item.reason is not null then item.reason
        when item.turn > 1 and item.is_same_recorded is null and not item.is_same_as_first then 'conflict'
      end,
      item.is_late)::leaderboard.judged_event)
    from compared as item);
end;
$$;
comment on function leaderboard.judge_score_events(text, leaderboard.incoming_event[]) is
  'Judges each event of a batch, except voids, against the current database: recorded earlier, refused with a '
  'reason, or to be recorded with its points.';
