-- Postgres supports times and numbers that JSON and JavaScript do not: "infinity", years beyond 9999,
-- integers beyond 2^53. A page would break on them, so none is accepted where somebody chooses the value.

-- Postgres knows names that no browser does, and a page that shows a time in such a zone would break. The
-- names below are all of that kind that a time zone database may contain; a test compares the rest with
-- JavaScript's.
create function platform.is_shown_zone_name(name text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select is_shown_zone_name.name not in ('Factory', 'localtime', 'posixrules')
    and is_shown_zone_name.name !~ '^(posix|right)/';
$$;
comment on function platform.is_shown_zone_name(text) is
  'Whether the database''s name for a zone is known elsewhere too.';

create function platform.is_time_zone(name text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select platform.is_shown_zone_name(is_time_zone.name)
    and exists (select from pg_catalog.pg_timezone_names as zone where zone.name = is_time_zone.name);
$$;
comment on function platform.is_time_zone(text) is
  'Whether this is an IANA time zone that both the database and browsers know.';

create function platform.check_time_zone()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if not platform.is_time_zone(new.time_zone) then
    perform platform.refuse(400, 'time_zone_unknown', 'This time zone does not exist.',
      'Use a name such as Europe/Berlin.');
  end if;
  return new;
end;
$$;
comment on function platform.check_time_zone() is
  'Refuses an unknown time zone from any writer, so no later read that counts days fails.';

create function platform.check_shown_times()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  column_name text;
  chosen timestamptz;
begin
  foreach column_name in array tg_argv loop
    execute format('select ($1).%I', column_name) into chosen using new;
    if chosen < '0001-01-01T00:00:00Z'::timestamptz or chosen >= '10000-01-01T00:00:00Z'::timestamptz then
      perform platform.refuse(400, 'time_out_of_range', 'This time is out of range.',
        'Use a time from the year 1 to the year 9999.');
    end if;
  end loop;
  return new;
end;
$$;
comment on function platform.check_shown_times() is
  'Refuses a time outside the calendar from any writer. Its arguments are the columns to check.';

create function platform.check_shown_amount()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.amount > 1000000000000 then
    perform platform.refuse(400, 'amount_too_large', 'That is more credits than anyone can get at once.',
      'Use an amount of at most 1,000,000,000,000.');
  end if;
  return new;
end;
$$;
comment on function platform.check_shown_amount() is
  'Refuses an amount so large that sums of it are no longer exact in JSON, from any writer.';
