-- Postgres holds times and numbers that JSON and JavaScript do not: "infinity", years beyond 9999, integers beyond 2^53. A
-- page that met one would break, so none gets in where somebody chooses the value.

-- Postgres knows names that no browser does: a page that shows a time in such a zone would break. The names below are all
-- of that kind that a database of time zones may hold; a test compares the rest with what JavaScript knows.
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
  'Whether a name that the database has for a zone is one that others have too.';

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
  'Whether this is an IANA time zone that the database knows, and whoever shows a time in it too.';

create function platform.check_time_zone()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if not platform.is_time_zone(new.time_zone) then
    perform platform.refuse(400, 'time_zone_unknown', 'There is no such time zone.',
      'Use a name such as Europe/Berlin.');
  end if;
  return new;
end;
$$;
comment on function platform.check_time_zone() is
  'Refuses a time zone that the database does not know, whoever writes it: no read that counts days fails later.';

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
      perform platform.refuse(400, 'time_out_of_range', 'This time cannot be shown.',
        'Use a time from the year 1 to the year 9999.');
    end if;
  end loop;
  return new;
end;
$$;
comment on function platform.check_shown_times() is
  'Refuses a time that no calendar shows, whoever writes it. Its arguments are the columns to look at.';

create function platform.check_shown_amount()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.amount > 1000000000000 then
    perform platform.refuse(400, 'amount_too_large', 'Nobody can get that many credits at once.',
      'Use an amount of at most 1,000,000,000,000.');
  end if;
  return new;
end;
$$;
comment on function platform.check_shown_amount() is
  'Refuses an amount so large that sums of it are no longer exact in JSON, whoever writes it.';
