-- Postgres knows names that no browser does: a page that shows a time in such a zone would break. The names below are all
-- of that kind that a database of time zones may hold; a test compares the rest with what JavaScript knows.
create function private.is_shown_zone_name(name text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select is_shown_zone_name.name not in ('Factory', 'localtime', 'posixrules')
    and is_shown_zone_name.name !~ '^(posix|right)/';
$$;
comment on function private.is_shown_zone_name(text) is
  'Whether a name that the database has for a zone is one that others have too.';

create or replace function private.is_time_zone(name text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select private.is_shown_zone_name(is_time_zone.name)
    and exists (select from pg_catalog.pg_timezone_names as zone where zone.name = is_time_zone.name);
$$;
comment on function private.is_time_zone(text) is
  'Whether this is an IANA time zone that the database knows, and whoever shows a time in it too.';

-- What was accepted before: the same clock under its usual name. A board is checked again with each change of it.
update public.boards set time_zone = case
    when time_zone ~ '^(posix|right)/' and private.is_time_zone(regexp_replace(time_zone, '^[a-z]+/', ''))
      then regexp_replace(time_zone, '^[a-z]+/', '')
    else 'UTC' end
where not private.is_time_zone(time_zone);
update public.profiles set time_zone = case
    when time_zone ~ '^(posix|right)/' and private.is_time_zone(regexp_replace(time_zone, '^[a-z]+/', ''))
      then regexp_replace(time_zone, '^[a-z]+/', '')
    else 'UTC' end
where time_zone <> 'UTC' and not private.is_time_zone(time_zone);
