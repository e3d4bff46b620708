-- What a unit of each metric is worth, by version: a change takes effect at a moment and never rewrites
-- history.

create table public.score_rules (
  id bigint generated always as identity primary key,
  metric text not null check (metric ~ '^[a-z][a-z0-9_]{0,62}$'),
  points_per_unit numeric(12, 4) not null check (points_per_unit >= 0),
  daily_cap_points bigint check (daily_cap_points > 0),
  time_zone text not null default 'UTC',
  effective_from timestamptz not null,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  unique (metric, effective_from)
);
comment on table public.score_rules is
  'One row is one version of a metric''s worth. The version in force when an event occurred determines its '
  'points, once, at intake. Versions are only added, never for the past.';
comment on column public.score_rules.points_per_unit is 'Points = round(units * points_per_unit).';
comment on column public.score_rules.daily_cap_points is
  'Maximum points per player, metric and day, in order of arrival; null for no cap.';
comment on column public.score_rules.time_zone is 'IANA name of the zone in which the day of the cap begins.';
comment on column public.score_rules.created_by is
  'The admin who added it, possibly a hidden player; null for the service. Clients may not read it: the audit log '
  'informs admins.';
create index score_rules_created_by_idx on public.score_rules (created_by);

alter table public.score_rules enable row level security;
grant select (id, metric, points_per_unit, daily_cap_points, time_zone, effective_from, created_at)
  on public.score_rules to anon, authenticated;
grant select on public.score_rules to service_role;

create policy "Everybody may know what counts"
  on public.score_rules for select to anon, authenticated
  using (true);

create trigger on_score_rules_change_refuse
  before update or delete or truncate on public.score_rules
  for each statement execute function platform.forbid_change();
create trigger on_score_rule_check_times before insert on public.score_rules
  for each row execute function platform.check_shown_times('effective_from');

create function leaderboard.hold_intake()
returns boolean
language plpgsql
volatile
set search_path = ''
set lock_timeout = '2s'
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('leaderboard/intake', 0));
  return true;
exception when lock_not_available then
  return false;
end;
$$;
comment on function leaderboard.hold_intake() is
  'Locks score intake exclusively until the transaction ends: every sender has committed or not begun. Senders '
  'wait meanwhile; false if one of them does not finish within two seconds.';

create function leaderboard.check_score_rule(
  metric text, points_per_unit numeric, daily_cap_points bigint, time_zone text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if metric is null or metric !~ '^[a-z][a-z0-9_]{0,62}$' then
    perform platform.refuse(400, 'invalid_metric', 'A metric name consists of a-z, 0-9 and _.',
      'Choose another name.');
  end if;
  -- The column would round them silently.
  if points_per_unit is null or not (points_per_unit between 0 and 10000000)
    or points_per_unit <> round(points_per_unit, 4)
  then
    perform platform.refuse(400, 'invalid_points',
      'Points per unit must be from 0 to 10,000,000, with at most 4 decimals.', 'Change the number.');
  end if;
  if daily_cap_points not between 1 and 1000000000 then
    perform platform.refuse(400, 'invalid_cap', 'A daily cap is from 1 to 1,000,000,000 points.',
      'Omit it for no cap.');
  end if;
  if not platform.is_time_zone(time_zone) then
    perform platform.refuse(400, 'invalid_time_zone', 'This time zone does not exist.',
      'Use a name such as Europe/Berlin.');
  end if;
end;
$$;
comment on function leaderboard.check_score_rule(text, numeric, bigint, text) is
  'Refuses DS400 invalid rules, so that exactly what was requested is stored.';

create function public.add_score_rule(
  metric text,
  points_per_unit numeric,
  daily_cap_points bigint default null,
  effective_from timestamptz default null,
  time_zone text default 'UTC',
  acting_player_id uuid default null,
  source text default 'system',
  idempotency_key text default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_admin(add_score_rule.acting_player_id, 'Only admins can change scoring rules.');
  replay jsonb;
  starts timestamptz;
  rule public.score_rules;
begin
  perform leaderboard.check_score_rule(add_score_rule.metric, add_score_rule.points_per_unit,
    add_score_rule.daily_cap_points, add_score_rule.time_zone);
  -- Two rules that begin now differ only in their moment, so only the key identifies a repetition.
  if add_score_rule.idempotency_key is not null then
    replay := platform.begin_command('add_score_rule', actor, add_score_rule.idempotency_key, jsonb_build_object(
      'metric', add_score_rule.metric, 'points_per_unit', add_score_rule.points_per_unit, 'daily_cap_points',
      add_score_rule.daily_cap_points, 'effective_from', add_score_rule.effective_from, 'time_zone',
      add_score_rule.time_zone));
    if replay is not null then
      return replay;
    end if;
  end if;
  -- Pages before the intake, in the same order as freezing a period.
  perform leaderboard.withdraw_pages_before_rule(add_score_rule.metric);
  -- Lock exclusively, then read the clock: an earlier sender used the old rule, and later ones see this one.
  -- Otherwise events recorded until this commits would be judged by the old rule although they occurred
  -- later.
  if not leaderboard.hold_intake() then
    perform platform.refuse(409, 'intake_busy', 'A batch of score events is still being recorded.',
      'Try again in a moment.');
  end if;
  starts := coalesce(add_score_rule.effective_from, clock_timestamp());
  if add_score_rule.effective_from < clock_timestamp() or starts > now() + interval '2 years' then
    perform platform.refuse(400, 'invalid_effective_from',
      'A rule takes effect now or later, never in the past.',
      'Omit effective_from to start now.');
  end if;
  insert into public.score_rules (metric, points_per_unit, daily_cap_points, effective_from, time_zone,
    created_by)
  values (add_score_rule.metric, add_score_rule.points_per_unit, add_score_rule.daily_cap_points, starts,
    add_score_rule.time_zone, actor)
  on conflict do nothing
  returning score_rules.* into rule;
  if rule.id is null then
    perform platform.refuse(409, 'rule_exists', 'A rule of this metric already begins at that moment.',
      'Choose another moment.');
  end if;
  perform platform.record_audit('score_rule.added', 'score_rule', rule.id::text, null, to_jsonb(rule), actor,
    platform.resolve_source(add_score_rule.source));
  return coalesce(
    platform.finish_command('add_score_rule', actor, add_score_rule.idempotency_key, to_jsonb(rule)),
    to_jsonb(rule));
end;
$$;
comment on function public.add_score_rule(text, numeric, bigint, timestamptz, text, uuid, text, text) is
  'Adds a version of a metric''s rule, effective now or later; returns it. Every event recorded afterwards that '
  'occurs from that moment on uses it. Once per idempotency key, later calls return replayed. Admins only. '
  'Definer: nobody may write the table directly.';
grant execute on function public.add_score_rule(text, numeric, bigint, timestamptz, text,
  uuid, text, text) to authenticated, service_role;

create function public.list_score_rules(
  metric text default null, max_rows int default 200, cursor text default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  last_metric text;
  last_effective_from timestamptz;
begin
  if max_rows is null or max_rows not between 1 and 1000 then
    perform platform.refuse(400, 'invalid_limit', 'A page has 1 to 1000 rows.', 'Change the limit.');
  end if;
  if list_score_rules.cursor is not null then
    select rules.metric, rules.effective_from into last_metric, last_effective_from
    from public.score_rules as rules
    where rules.id::text = list_score_rules.cursor;
    if not found then
      perform platform.refuse(400, 'invalid_cursor', 'This cursor is not valid.',
        'Start again from the first page.');
    end if;
  end if;
  return (
    select jsonb_build_object(
      'score_rules', coalesce(jsonb_agg(jsonb_build_object(
          'id', page.id, 'metric', page.metric, 'points_per_unit', page.points_per_unit,
          'daily_cap_points', page.daily_cap_points, 'time_zone', page.time_zone,
          'effective_from', page.effective_from)
        order by page.place) filter (where page.place <= max_rows), '[]'),
      'next_cursor', (array_agg(page.id::text) filter (where page.place = max_rows
        and page.count > max_rows))[1])
    from (
      select listed.*, max(listed.place) over () as count
      from (
        -- Column by column: clients may not read who created a rule.
        select rules.id, rules.metric, rules.points_per_unit, rules.daily_cap_points, rules.time_zone,
          rules.effective_from, row_number() over (order by rules.metric, rules.effective_from desc) as place
        from public.score_rules as rules
        where (list_score_rules.metric is null or rules.metric = list_score_rules.metric)
          and (last_metric is null or rules.metric > last_metric
            or (rules.metric = last_metric and rules.effective_from < last_effective_from))
        order by rules.metric, rules.effective_from desc
        limit max_rows + 1
      ) as listed
    ) as page);
end;
$$;
comment on function public.list_score_rules(text, int, text) is
  'A page of the versions of all rules, or of one metric''s: {score_rules, next_cursor}, by metric, newest first. '
  'The cursor is the id of the last rule shown; rules are never removed, so the next page continues after it '
  'whatever was added.';
grant execute on function public.list_score_rules(text, int, text) to anon, authenticated, service_role;
