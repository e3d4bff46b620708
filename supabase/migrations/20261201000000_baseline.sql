-- The whole database, as supabase/schemas and supabase/data declared it when history began. Never edited: what changes
-- later is a migration of its own.

-- schemas/platform/schemas.sql

-- public is what clients may read or call; each area keeps its internals in a separate schema. Nothing is
-- granted by default, neither by Postgres (execute to public) nor by older project settings (everything to
-- the API roles): each file grants explicitly, right next to what it creates.

create schema platform;
comment on schema platform is
  'Internals of every area: refusals, presentable text, outbox, audit, limits, commands, interactions. Never '
  'exposed through the API; the API roles may only use what a policy or an invoker function needs.';
grant usage on schema platform to anon, authenticated, service_role;

create schema identity;
comment on schema identity is
  'Internals of players, accounts, Discord links and sessions. Never exposed through the API; the API roles may '
  'only use what a policy or an invoker function needs, the auth service its hooks.';
grant usage on schema identity to anon, authenticated, service_role, supabase_auth_admin;

create schema integrations;
comment on schema integrations is 
  'Internals of API keys. Never exposed through the API, and closed to the API roles.';

create schema leaderboard;
comment on schema leaderboard is
  'Internals of rules, events, boards, periods, standings and tiers. Never exposed through the API, and closed to '
  'the API roles.';

create schema credits;
comment on schema credits is
  'Internals of the ledger, requests and decisions. Never exposed through the API; signed-in players and the '
  'service may only use what an invoker function needs.';
grant usage on schema credits to authenticated, service_role;

create schema roles;
comment on schema roles is
  'Internals of Discord servers and the roles of their members. Never exposed through the API, and closed to the '
  'API roles.';

grant usage on schema public to supabase_auth_admin;

alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault with schema vault;
create extension if not exists unaccent with schema extensions;

-- schemas/platform/refusals.sql

-- Expected refusals. Callers match the SQLSTATE and the reason in `detail`, never the sentence.

create function platform.refuse(status int, reason text, message text, hint text default null)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'DS' || refuse.status,
    message = refuse.message,
    detail = refuse.reason,
    hint = coalesce(refuse.hint, '');
end;
$$;
comment on function platform.refuse(int, text, text, text) is
  'Ends the statement with SQLSTATE DS<status>, a sentence, a stable reason code (detail) and what to do (hint). '
  'Status is an HTTP status: 400, 401, 403, 404, 409, 410 or 429.';
grant execute on function platform.refuse(int, text, text, text) to anon, authenticated, service_role;

create function platform.forbid_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform platform.refuse(403, 'append_only',
    format('%s.%s is append-only: %s is not allowed.', tg_table_schema, tg_table_name, lower(tg_op)),
    'Record a new row that corrects the old one.');
  return null;
end;
$$;
comment on function platform.forbid_change() is
  'Trigger of append-only tables: refuses update, delete and truncate for everybody, the table owner included.';

-- schemas/platform/presentable_text.sql

-- Presentable text: text that a person or program may choose for others to see. It cannot break out of its
-- line, hide, or reverse the text around it. domain/platform/text/presentable-text.ts checks forms with the
-- same rule before anything is sent; a test compares both over every character. Ranges are used because
-- Unicode classes differ between versions.

create function platform.text_pattern(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  spaces constant text := '\u0020\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000';
  line_breaks constant text := '\n\r\u000B\u000C\u0085\u2028\u2029';
  -- Joiners are meaningful in emoji and some scripts, and invisible anywhere else.
  joiners constant text := '\u200C\u200D';
  joined constant text :=
    '\u0600-\u0DFF\u1000-\u109F\u1780-\u18AF\u2190-\u2BFF\U0001F000-\U0001FAFF';
  -- Variation selectors; each kind is valid after few characters only.
  emoji_selectors constant text := '\uFE0E\uFE0F';
  emoji_bases constant text := '\u00A9\u00AE\u203C-\u3299\U0001F000-\U0001FAFF';
  han_selectors constant text := '\uFE00-\uFE02\U000E0100-\U000E01EF';
  han_bases constant text := '\u3400-\u9FFF\uF900-\uFAFF\U00020000-\U0003FFFF';
  mongolian_selectors constant text := '\u180B-\u180D\u180F';
  -- Combining marks.
  marks constant text :=
    '\u0300-\u036F\u0483-\u0489\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u064B-\u065F'
    '\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u0E31\u0E34-\u0E3A\u0E47-\u0E4E\u0F71-\u0F84'
    '\u0F8D-\u0FBC\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\u302A-\u302D\u3099\u309A\uFE20-\uFE2F';
  selectors constant text := joiners || emoji_selectors || han_selectors || mongolian_selectors;
begin
  return case name
    when 'space' then '[' || spaces || ']'
    when 'outer_space' then format('^[%1$s\t%2$s]+|[%1$s\t%2$s]+$', spaces, line_breaks)
    when 'line_break' then '\r\n|[' || line_breaks || ']'
    when 'control' then '[\u0001-\u0009\u000E-\u001F\u007F-\u0084\u0086-\u009F]'
    -- Characters that are invisible, change direction or have no meaning; then joiners and selectors without
    -- a function.
    when 'invisible' then
      '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164'
      '\uFE03-\uFE0D\uFEFF\uFFA0\uFFF0-\uFFFC\uFFFE\uFFFF\uE000-\uF8FF\uFDD0-\uFDEF\U00013430-\U0001345F'
      '\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E00FF\U000E01F0-\U0010FFFF]'
      || format('|(?<![%2$s%3$s])[%1$s]|[%1$s](?![%2$s])', joiners, joined, emoji_selectors)
      || format('|(?<![%2$s#*0-9])[%1$s]|(?<=[#*0-9])[%1$s](?!\u20E3)', emoji_selectors, emoji_bases)
      || format('|(?<![%2$s])[%1$s]', han_selectors, han_bases)
      || format('|(?<![\u1820-\u18AA])[%1$s]', mongolian_selectors)
    -- More marks on one character than any language uses, after the allowed ones.
    when 'stacked' then format('((?:[%1$s][%2$s]?){4})(?:[%1$s][%2$s]?)+', marks, joiners)
    when 'visible' then format('[^%s\t%s%s%s]', spaces, line_breaks, selectors, marks)
    -- One user-perceived character: a letter with its accents, a joined emoji, a flag.
    when 'character' then format('(?:[\U0001F1E6-\U0001F1FF]{2}|.)(?:\u200D[%s]|[%s%s\U0001F3FB-\U0001F3FF])*',
      joined, selectors, marks)
  end;
end;
$$;
comment on function platform.text_pattern(text) is
  'The regular expressions that define presentable text, by name.';

create function platform.tidy_text(raw text, is_multiline boolean default false)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  tidied text;
begin
  -- Most texts are plain.
  if raw ~ '^[!-~]+( [!-~]+)*$' then
    return raw;
  end if;
  tidied := regexp_replace(raw, platform.text_pattern('outer_space'), '', 'g');
  if not is_multiline then
    return regexp_replace(tidied, platform.text_pattern('space') || '+', ' ', 'g');
  end if;
  tidied := regexp_replace(tidied, platform.text_pattern('line_break'), E'\n', 'g');
  tidied := regexp_replace(translate(tidied, E'\t', ' '), platform.text_pattern('space'), ' ', 'g');
  return regexp_replace(regexp_replace(tidied, ' +\n', E'\n', 'g'), '\n{3,}', E'\n\n', 'g');
end;
$$;
comment on function platform.tidy_text(text, boolean) is
  'The text with normalised and trimmed spaces; multi-line text keeps at most one empty line in a row.';

create function platform.find_text_problem(
  tidied text, length_max int, length_min int default 1, is_multiline boolean default false)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  allowed_break constant text := case when is_multiline then E'\n' else '' end;
  character_count int;
begin
  if tidied is null or tidied ~ '^[!-~][ -~]*$' then
    character_count := char_length(tidied);
  elsif translate(tidied, allowed_break, '') ~ platform.text_pattern('line_break') then
    return 'line_break';
  elsif tidied ~ platform.text_pattern('control') then
    return 'control';
  elsif tidied ~ platform.text_pattern('invisible') then
    return 'invisible';
  elsif tidied ~ platform.text_pattern('stacked') then
    return 'stacked';
  elsif tidied !~ platform.text_pattern('visible') then
    return 'empty';
  else
    character_count := regexp_count(tidied, platform.text_pattern('character'));
  end if;
  -- A character may consist of several code points, but not of arbitrarily many.
  return case
    when character_count < length_min then 'too_short'
    when character_count > length_max or char_length(tidied) > 4 * length_max then 'too_long'
  end;
end;
$$;
comment on function platform.find_text_problem(text, int, int, boolean) is
  'Why a tidied text is not presentable: line_break, control, invisible, stacked (accents on one letter), empty, '
  'too_short or too_long, counted in user-perceived characters. Null if it is presentable.';

create function platform.is_presentable(
  given text, length_max int, length_min int default 1, is_multiline boolean default false)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select given is null or (
    given = platform.tidy_text(given, is_multiline)
    and platform.find_text_problem(given, length_max, length_min, is_multiline) is null);
$$;
comment on function platform.is_presentable(text, int, int, boolean) is
  'Whether a text is tidy and presentable. For column checks; null is not text.';

create function platform.to_presentable(given text, length_max int, is_multiline boolean default false)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  line_break constant text := case when is_multiline then E'\n' else ' ' end;
  kept text := translate(regexp_replace(given, platform.text_pattern('line_break'), line_break, 'g'), E'\t', ' ');
begin
  kept := platform.tidy_text(platform.strip_text(kept), is_multiline);
  select coalesce(string_agg(counted.part, '' order by counted.place), '') into kept
  from (
    select parts.part[1] as part, parts.place,
      sum(char_length(parts.part[1])) over (order by parts.place) as code_point_count
    from regexp_matches(kept, platform.text_pattern('character'), 'g') with ordinality as parts (part, place)
    limit length_max
  ) as counted
  where counted.code_point_count <= 4 * length_max;
  kept := platform.tidy_text(platform.strip_text(kept), is_multiline);
  return case when kept ~ platform.text_pattern('visible') then kept else '' end;
end;
$$;
comment on function platform.to_presentable(text, int, boolean) is
  'The presentable part of a text that nobody can correct; empty if nothing is left. For names from other systems.';

create function platform.strip_text(given text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  more text := given;
  less text;
begin
  -- Repeated, because a joiner or a mark may lose its neighbour.
  loop
    less := regexp_replace(more, platform.text_pattern('control'), '', 'g');
    less := regexp_replace(less, platform.text_pattern('invisible'), '', 'g');
    less := regexp_replace(less, platform.text_pattern('stacked'), '\1', 'g');
    exit when less = more;
    more := less;
  end loop;
  return less;
end;
$$;
comment on function platform.strip_text(text) is 'The text without invisible characters.';

-- schemas/platform/presentable_columns.sql

-- Text that others see is presentable, whoever writes it. Text chosen by a person or an API is refused with
-- the name of the field; text from Discord cannot be refused, and is made presentable. Each column has the
-- same rule as a check, where readers of the table look for it, counted in user-perceived characters.

create function platform.refuse_text(problem text, label text, code text, length_max int, length_min int)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  case problem
    when 'line_break' then
      perform platform.refuse(400, code, format('The %s must be on a single line.', label), 'Write it on one line.');
    when 'control' then
      perform platform.refuse(400, code, format('The %s contains a control character.', label),
        'Type it instead of pasting it.');
    when 'invisible' then
      perform platform.refuse(400, code, format('The %s contains an invisible character.', label),
        'Type it instead of pasting it.');
    when 'stacked' then
      perform platform.refuse(400, code, format('The %s has more than four accents on one letter.', label),
        'Use fewer.');
    when 'empty' then
      perform platform.refuse(400, code, format('The %s needs at least one visible character.', label),
        'Write something visible.');
    when 'too_short' then
      perform platform.refuse(400, code, format('The %s needs at least %s characters.', label, length_min),
        'Make it longer.');
    else
      perform platform.refuse(400, code, format('The %s can have at most %s characters.', label, length_max),
        'Make it shorter.');
  end case;
end;
$$;
comment on function platform.refuse_text(text, text, text, int, int) is
  'Refuses DS400 with the given code, what is wrong with the labelled text, and what to do about it.';

create function platform.refuse_unpresentable_text()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  field constant text := tg_argv[0];
  length_max constant int := tg_argv[3]::int;
  length_min constant int := tg_argv[4]::int;
  is_multiline constant boolean := tg_argv[5]::boolean;
  given constant text := to_jsonb(new) ->> field;
  tidied constant text := platform.tidy_text(given, is_multiline);
  problem constant text := platform.find_text_problem(tidied, length_max, length_min, is_multiline);
begin
  if problem is not null then
    perform platform.refuse_text(problem, tg_argv[1], tg_argv[2], length_max, length_min);
  end if;
  if tidied <> given then
    new := jsonb_populate_record(new, jsonb_build_object(field, tidied));
  end if;
  return new;
end;
$$;
comment on function platform.refuse_unpresentable_text() is
  'Trigger of tables with text that people or APIs choose; arguments: column, its label in a sentence, refusal '
  'code, maximum and minimum length, whether several lines are allowed. Tidies spaces, refuses the rest.';

create function platform.make_text_presentable()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  field constant text := tg_argv[0];
  given constant text := to_jsonb(new) ->> field;
  presentable text := platform.to_presentable(given, tg_argv[1]::int);
begin
  if presentable = '' then
    presentable := case when tg_nargs > 2 then to_jsonb(new) ->> tg_argv[2] end;
  end if;
  if presentable is distinct from given then
    new := jsonb_populate_record(new, jsonb_build_object(field, presentable));
  end if;
  return new;
end;
$$;
comment on function platform.make_text_presentable() is
  'Trigger of tables with text from other systems; arguments: column, maximum length, and the fallback column if '
  'nothing is presentable (none: null). Never refuses.';

-- schemas/platform/shown_values.sql

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

-- schemas/platform/callers.sql

create function platform.is_service()
returns boolean
language sql
stable
set search_path = ''
as $$
  select current_setting('role', true) = 'service_role'
    or (current_setting('role', true) = 'none' and session_user in ('postgres', 'supabase_admin'));
$$;
comment on function platform.is_service() is
  'True for the secret key and for operator connections (migrations, scheduled jobs). Checks the request''s role, '
  'not a claim, so a forged token cannot pass and a definer function still sees it.';
grant execute on function platform.is_service() to anon, authenticated, service_role;

create function platform.is_operator()
returns boolean
language sql
stable
set search_path = ''
as $$
  select current_setting('role', true) = 'none' and session_user in ('postgres', 'supabase_admin');
$$;
comment on function platform.is_operator() is
  'True for operator connections (migrations, scheduled jobs, seeds), which are not rate-limited.';

create function platform.resolve_source(source text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if not platform.is_service() then
    return 'web';
  end if;
  -- The name of a key has up to 80 characters, each of up to four code points.
  if source is null or source !~ '^(web|discord|api|system|api:.+)$' or char_length(source) > 324 then
    perform platform.refuse(400, 'source_unknown', 'A source must be web, discord, api or system.',
      'Send one of them, or api: with the name of the API key.');
  end if;
  return source;
end;
$$;
comment on function platform.resolve_source(text) is
  'The source of a command: as stated by the service, and web for everybody else.';

-- schemas/identity/folded_names.sql

create function identity.fold_name(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  folded text := lower(fold_name.name);
begin
  -- Most names are plain ASCII, and each is folded for every index.
  if octet_length(folded) <> char_length(folded) then
    folded := lower(extensions.unaccent('extensions.unaccent', normalize(folded, nfc)));
  end if;
  if folded ~ '[\s._-]{2}|[^\S ]' then
    folded := regexp_replace(folded, '[\s._-]+', ' ', 'g');
  end if;
  return btrim(translate(folded, '._-', '   '));
end;
$$;
comment on function identity.fold_name(text) is
  'The searchable form of a name: lower-case words without accents, separated by one space. Immutable as long as '
  'the rules of unaccent are, which indexes rely on: reindex profiles after changing them.';

create function identity.name_rest(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  folded text := identity.fold_name(name_rest.name);
begin
  return substr(folded, nullif(strpos(folded, ' '), 0) + 1);
end;
$$;
comment on function identity.name_rest(text) is 'The folded name from its second word on; null for one word.';

create function identity.last_name_word(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return substring(identity.name_rest(last_name_word.name) from ' ([^ ]+)$');
end;
$$;
comment on function identity.last_name_word(text) is
  'The last word of a folded name of three or more; null for others, where name_rest says the same.';

-- schemas/identity/profiles.sql

create table public.profiles (
  id uuid primary key default gen_random_uuid(),
  user_id uuid unique references auth.users (id) on delete set null,
  username text not null check (username ~ '^[a-z0-9_.-]{2,32}$')
    constraint profiles_username_visible_check check (username ~ '[a-z0-9]'),
  display_name text not null check (platform.is_presentable(display_name, 80)),
  avatar_url text check (char_length(avatar_url) <= 2048),
  role text not null default 'player' check (role in ('player', 'manager', 'admin')),
  visibility text not null default 'public' check (visibility in ('public', 'anonymous', 'hidden')),
  is_ranked boolean not null default true,
  left_at timestamptz,
  locale text not null default 'en-US' check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  time_zone text not null default 'UTC' check (char_length(time_zone) <= 64),
  created_at timestamptz not null default now()
);
comment on table public.profiles is
  'One row is one player of DealScale. A player outlives the account: erasing the account only clears user_id.';
comment on column public.profiles.id is 'The player id used everywhere.';
comment on column public.profiles.user_id is
  'The sign-in account, null for players who have never signed in here.';
comment on column public.profiles.visibility is
  'public: named everywhere; anonymous: on the boards without a name; hidden: on no board, and others close the gap.';
comment on column public.profiles.is_ranked is 'False for staff, who score but appear on no board.';
comment on column public.profiles.left_at is
  'When the player left the community: removed from the boards, nothing deleted.';
comment on column public.profiles.time_zone is
  'IANA name that the database knows; determines days of activity, quiet hours and digests.';
-- Partial although every row qualifies: with a plain unique column each update counts as a key update. It
-- would wait for, and block, everything that references the player, and a refresh, senders and a rename could
-- deadlock.
create unique index profiles_username_key on public.profiles (username) where username is not null;
create index profiles_role_idx on public.profiles (role) where role <> 'player';
-- Hidden players are in none of them.
create index profiles_username_prefix_idx on public.profiles (username text_pattern_ops)
  where visibility = 'public' and left_at is null;
create index profiles_name_idx
  on public.profiles (identity.fold_name(display_name) text_pattern_ops, username text_pattern_ops)
  where visibility = 'public' and left_at is null;
create index profiles_name_rest_idx
  on public.profiles (identity.name_rest(display_name) text_pattern_ops, username text_pattern_ops)
  where visibility = 'public' and left_at is null;
create index profiles_last_name_word_idx
  on public.profiles (identity.last_name_word(display_name) text_pattern_ops, username text_pattern_ops)
  where visibility = 'public' and left_at is null and display_name ~ '[\s._-].*[\s._-]';

alter table public.profiles enable row level security;
grant select (id, username, display_name, avatar_url, visibility, is_ranked, left_at, created_at)
  on public.profiles to anon, authenticated;
grant select on public.profiles to service_role;
grant select (id, user_id, role) on public.profiles to supabase_auth_admin;

-- Not a column check: scanning all zones takes longer than any other write of a player.
create trigger on_profile_insert_check_time_zone
  before insert on public.profiles
  for each row when (new.time_zone <> 'UTC') execute function platform.check_time_zone();
create trigger on_profile_update_check_time_zone
  before update of time_zone on public.profiles
  for each row when (new.time_zone <> old.time_zone) execute function platform.check_time_zone();

create function identity.check_username()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.username !~ '[a-z0-9]' then
    perform platform.refuse(400, 'username_invalid', 'The username needs at least one letter or digit.',
      'Choose another username.');
  end if;
  return new;
end;
$$;
comment on function identity.check_username() is
  'Refuses a username of dots and dashes only, because it is part of a URL, where dots have another meaning.';

create trigger on_profile_write_check_username
  before insert or update of username on public.profiles
  for each row execute function identity.check_username();

-- An account brings its provider's name, and a sign-up cannot be refused for it.
create trigger on_account_insert_present_display_name
  before insert on public.profiles
  for each row when (new.user_id is not null)
  execute function platform.make_text_presentable('display_name', '80', 'username');
create trigger on_profile_insert_check_display_name
  before insert on public.profiles
  for each row when (new.user_id is null)
  execute function platform.refuse_unpresentable_text(
    'display_name', 'display name', 'display_name_invalid', '80', '1', 'false');
create trigger on_profile_update_check_display_name
  before update of display_name on public.profiles
  for each row when (new.display_name is distinct from old.display_name)
  execute function platform.refuse_unpresentable_text(
    'display_name', 'display name', 'display_name_invalid', '80', '1', 'false');

-- schemas/identity/permissions.sql

create function identity.current_player_id()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not identity.is_session_live() then
    return null;
  end if;
  return (select profiles.id from public.profiles where profiles.user_id = auth.uid());
end;
$$;
comment on function identity.current_player_id() is
  'The player of the signed-in account, null if nobody is signed in or the session has ended. Definer: policies '
  'of other tables call it.';
grant execute on function identity.current_player_id() to anon, authenticated, service_role;

create function identity.has_role(player uuid, least_role text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.profiles
    where profiles.id = has_role.player
      and case has_role.least_role
        when 'player' then true
        when 'manager' then profiles.role in ('manager', 'admin') and profiles.left_at is null
        when 'admin' then profiles.role = 'admin' and profiles.left_at is null
        else false
      end
  );
$$;
comment on function identity.has_role(uuid, text) is
  'Whether the player has at least this role now (player < manager < admin); players who left the community keep '
  'only player. Definer: reads the table, never a token, so a revoked role counts at once.';
grant execute on function identity.has_role(uuid, text) to anon, authenticated, service_role;

create function identity.is_manager()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select identity.has_role(identity.current_player_id(), 'manager');
$$;
comment on function identity.is_manager() is
  'Whether the signed-in player is a manager or an admin now. For policies.';
grant execute on function identity.is_manager() to anon, authenticated, service_role;

create function identity.is_admin()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select identity.has_role(identity.current_player_id(), 'admin');
$$;
comment on function identity.is_admin() is 'Whether the signed-in player is an admin now. For policies.';
grant execute on function identity.is_admin() to anon, authenticated, service_role;

create function identity.resolve_actor(acting_player_id uuid)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  actor uuid;
begin
  if acting_player_id is not null then
    if not platform.is_service() then
      perform platform.refuse(403, 'acting_for_another', 'You cannot act for another player.',
        'Leave acting_player_id out.');
    end if;
    select profiles.id into actor from public.profiles where profiles.id = resolve_actor.acting_player_id;
    if actor is null then
      perform platform.refuse(404, 'player_not_found', 'This player does not exist.', 'Check the player id.');
    end if;
    return actor;
  end if;
  actor := identity.current_player_id();
  if actor is null then
    perform platform.refuse(401, 'not_signed_in', 'You are not signed in.', 'Sign in and try again.');
  end if;
  return actor;
end;
$$;
comment on function identity.resolve_actor(uuid) is
  'The player on whose behalf a command runs: the caller''s own player, or the given one if the service calls, '
  'which has authorised the person itself. Refuses DS401, DS403 and DS404.';
grant execute on function identity.resolve_actor(uuid) to authenticated, service_role;

create function identity.resolve_admin(acting_player_id uuid, refusal text)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  actor uuid;
begin
  if resolve_admin.acting_player_id is null and platform.is_service() then
    return null;
  end if;
  actor := identity.resolve_actor(resolve_admin.acting_player_id);
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'not_admin', resolve_admin.refusal, 'Ask an admin.');
  end if;
  return actor;
end;
$$;
comment on function identity.resolve_admin(uuid, text) is
  'The acting admin; null for operator connections and the secret key, which may act without a player. Refuses '
  'everybody else with the given sentence.';

-- Players who left the community are visible only to themselves and managers.
create policy "Visitors see public players who are here"
  on public.profiles for select to anon
  using (visibility = 'public' and left_at is null);

-- Without a live session, a caller sees of the players what a visitor sees, their own row included.
create policy "Players see public players who are here and themselves"
  on public.profiles for select to authenticated
  using (
    (visibility = 'public' and left_at is null)
    or id = (select identity.current_player_id())
    or (select identity.is_manager())
  );

-- schemas/identity/sessions.sql

-- Ending a session takes effect at once. An access token stays valid until it expires, so its rights depend
-- on whether its session still exists; open pages are notified over the session's own topic.

-- PL/pgSQL, like current_player_id: plans are cached per connection, and both are called several times in
-- most requests.
create function identity.is_session_live()
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  session_id text := auth.jwt() ->> 'session_id';
begin
  -- Signed with the signing key itself instead of by the auth service: there is no session that could have
  -- ended.
  if session_id is null then
    return true;
  end if;
  if not pg_input_is_valid(session_id, 'uuid') then
    return false;
  end if;
  return exists (select from auth.sessions where sessions.id = session_id::uuid);
end;
$$;
comment on function identity.is_session_live() is
  'Whether the session of the caller''s token is still live: signing out, here or everywhere, counts at once and '
  'not only when the token expires. Definer: reads schema auth.';
grant execute on function identity.is_session_live() to anon, authenticated, service_role;

create function identity.tell_ended_session()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform realtime.send('{}', 'ended', 'session:' || old.id, true);
  return null;
end;
$$;
comment on function identity.tell_ended_session() is
  'Notifies the open pages of a session that it has ended, whatever ended it. Definer: the auth service may not '
  'send messages.';

create trigger on_session_ended_tell_pages
  after delete on auth.sessions
  for each row execute function identity.tell_ended_session();

create function identity.tell_changed_role()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform realtime.send(jsonb_build_object('role', new.role), 'role_changed', 'session:' || sessions.id, true)
  from auth.sessions where sessions.user_id = new.user_id;
  return null;
end;
$$;
comment on function identity.tell_changed_role() is
  'Notifies a player''s open pages that their role changed, so they reread what they may see. Definer: reads '
  'schema auth.';

create trigger on_profile_role_changed_tell_pages
  after update of role, left_at on public.profiles
  for each row
  when (old.role is distinct from new.role or (old.left_at is null) <> (new.left_at is null))
  execute function identity.tell_changed_role();

-- schemas/platform/realtime.sql

-- Who may receive what. There is no insert policy: messages come from the database only.

create policy "Everybody receives boards"
  on realtime.messages for select to anon
  using (
    messages.extension = 'broadcast'
    and (select realtime.topic()) like 'board:%');

-- Realtime evaluates permissions when a topic is joined and when a token is renewed, not per message. So
-- messages for managers go to a topic of each one, chosen when they are sent: a former manager gets nothing,
-- however long a socket stays open.
create function platform.send_to_managers(payload jsonb, event_name text, area text)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  select realtime.send(
    send_to_managers.payload, send_to_managers.event_name,
    'admin:' || send_to_managers.area || ':' || profiles.id, true)
  from public.profiles
  where profiles.role <> 'player' and profiles.left_at is null and profiles.user_id is not null
  order by profiles.id;
$$;
comment on function platform.send_to_managers(jsonb, text, text) is
  'Sends a message about an area to the open pages of every current manager and admin. Definer: reads roles.';

create policy "Players receive boards and own messages, managers admin ones"
  on realtime.messages for select to authenticated
  using (
    messages.extension = 'broadcast'
    and (
      (select realtime.topic()) like 'board:%'
      or (select realtime.topic()) = 'player:' || (select identity.current_player_id())
      or ((select realtime.topic()) = 'session:' || ((select auth.jwt()) ->> 'session_id')
        and (select identity.is_session_live()))
      or ((select realtime.topic()) like 'admin:%:' || (select identity.current_player_id())
        and (select identity.is_manager()))));

-- schemas/platform/outbox.sql

-- Events are written in the transaction that caused them and relayed afterwards, at least once.

create table platform.outbox (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  name text not null check (name ~ '^[a-z_]+/[a-z_]+\.[a-z_]+$'),
  data jsonb not null check (jsonb_typeof(data) = 'object'),
  created_at timestamptz not null default now(),
  claimed_until timestamptz,
  attempts int not null default 0,
  sent_at timestamptz
);
comment on table platform.outbox is
  'One row is one event for the durable functions; its id is the event id, so sending it twice has no second effect.';
comment on column platform.outbox.claimed_until is
  'The row is claimed until then: a relay is sending it, or the last attempt failed and it waits.';
create index outbox_unsent_idx on platform.outbox (seq) where sent_at is null;
create index outbox_sent_at_idx on platform.outbox (sent_at) where sent_at is not null;

alter table platform.outbox enable row level security;

create function platform.emit_event(event_name text, event_data jsonb)
returns uuid
language sql
volatile
security definer
set search_path = ''
as $$
  insert into platform.outbox (name, data) values (emit_event.event_name, emit_event.event_data) returning id;
$$;
comment on function platform.emit_event(text, jsonb) is
  'Writes one event in the caller''s transaction and returns its id. Definer: callers have no rights on the outbox.';
grant execute on function platform.emit_event(text, jsonb) to service_role;

create function platform.poke_relay()
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  functions_url text;
  secret_key text;
begin
  select decrypted_secret into functions_url from vault.decrypted_secrets where name = 'functions_url';
  select decrypted_secret into secret_key from vault.decrypted_secrets where name = 'secret_key';
  if functions_url is null or secret_key is null then
    return false;
  end if;
  perform net.http_post(
    url := rtrim(functions_url, '/') || '/relay',
    body := '{}'::jsonb,
    headers := jsonb_build_object('content-type', 'application/json', 'apikey', secret_key),
    timeout_milliseconds := 5000);
  return true;
end;
$$;
comment on function platform.poke_relay() is
  'Asks the relay edge function, after commit, to process the outbox; false if the vault has no functions_url or '
  'secret_key. A lost call only costs time: the sweep asks again.';

create function platform.on_outbox_insert_poke_relay()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Transaction-local, so a thousand events of one transaction cost one request.
  if coalesce(current_setting('dealscale.relay_poked', true), '') = '' then
    perform platform.poke_relay();
    perform set_config('dealscale.relay_poked', 'yes', true);
  end if;
  return null;
exception when others then
  raise warning 'The relay could not be asked: %', sqlerrm;
  return null;
end;
$$;
comment on function platform.on_outbox_insert_poke_relay() is
  'Calls the relay at most once per transaction. A failed call is a warning: the command is worth more, and the '
  'sweep asks again.';

create trigger on_outbox_insert_poke_relay
  after insert on platform.outbox
  for each statement execute function platform.on_outbox_insert_poke_relay();

create function platform.sweep_outbox()
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from platform.outbox
    where outbox.sent_at is null and (outbox.claimed_until is null or outbox.claimed_until < now())
  ) then
    return false;
  end if;
  if not platform.poke_relay() then
    raise exception using
      message = 'Events wait in the outbox, but the relay is not configured.',
      hint = 'Create the vault secrets functions_url and secret_key.';
  end if;
  return true;
end;
$$;
comment on function platform.sweep_outbox() is
  'Calls the relay if unclaimed events wait: the safety net for lost calls. Fails loudly if it cannot call.';

-- schemas/platform/outbox_relay.sql

create function public.claim_outbox_events(max_events int)
returns table (id uuid, name text, data jsonb, created_at timestamptz)
language sql
volatile
security definer
set search_path = ''
as $$
  with fresh as (
    select outbox.id
    from platform.outbox
    where outbox.sent_at is null and outbox.attempts < 3
      and (outbox.claimed_until is null or outbox.claimed_until < now())
    order by outbox.seq
    limit least(greatest(claim_outbox_events.max_events, 1), 1000)
    for update skip locked
  ),
  least_tried as (
    select min(outbox.attempts) as attempts
    from platform.outbox
    where outbox.sent_at is null and outbox.attempts >= 3 and outbox.claimed_until < now()
      and not exists (select from fresh)
  ),
  doubtful as (
    select outbox.id
    from platform.outbox
    where outbox.sent_at is null and outbox.claimed_until < now()
      and outbox.attempts = (select least_tried.attempts from least_tried)
    order by outbox.seq
    limit (
      select greatest(least(claim_outbox_events.max_events, 1000) >> least(least_tried.attempts - 2, 20), 1)
      from least_tried)
    for update skip locked
  ),
  claimable as (
    select fresh.id from fresh union all select doubtful.id from doubtful
  ),
  claimed as (
    update platform.outbox
    set claimed_until = now() + interval '30 seconds', attempts = outbox.attempts + 1
    from claimable
    where outbox.id = claimable.id
    returning outbox.id, outbox.name, outbox.data, outbox.created_at, outbox.seq
  )
  select claimed.id, claimed.name, claimed.data, claimed.created_at from claimed order by claimed.seq;
$$;
comment on function public.claim_outbox_events(int) is
  'Claims up to max_events unsent events (1 to 1000), oldest first, for 30 seconds; two relays never hold the '
  'same one, and a relay that dies loses only its claim. Events that failed three times come after all others and '
  'in ever smaller batches, so a poison event ends up alone.';
grant execute on function public.claim_outbox_events(int) to service_role;

create function public.mark_outbox_events_sent(ids uuid[])
returns int
language sql
volatile
security definer
set search_path = ''
as $$
  with sent as (
    update platform.outbox set sent_at = now(), claimed_until = null
    where outbox.id = any (mark_outbox_events_sent.ids) and outbox.sent_at is null
    returning 1
  )
  select count(*)::int from sent;
$$;
comment on function public.mark_outbox_events_sent(uuid[]) is
  'Marks events as sent and returns how many were unsent.';
grant execute on function public.mark_outbox_events_sent(uuid[]) to service_role;

create function public.release_outbox_events(ids uuid[])
returns int
language sql
volatile
security definer
set search_path = ''
as $$
  with released as (
    update platform.outbox
    set claimed_until = now() + make_interval(secs => least(power(2, least(outbox.attempts, 5)), 30))
    where outbox.id = any (release_outbox_events.ids) and outbox.sent_at is null
    returning 1
  )
  select count(*)::int from released;
$$;
comment on function public.release_outbox_events(uuid[]) is
  'Releases events that could not be sent; they wait 2, 4, 8, 16, then 30 seconds before the next attempt, so an '
  'outage of the receiver delays them by little more than its duration.';
grant execute on function public.release_outbox_events(uuid[]) to service_role;

create function public.get_outbox_backlog()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'unsent_count', count(*),
    'oldest_created_at', min(outbox.created_at),
    'attempts_max', coalesce(max(outbox.attempts), 0))
  from platform.outbox
  where outbox.sent_at is null;
$$;
comment on function public.get_outbox_backlog() is
  'The number of waiting events, the age of the oldest, and the highest number of attempts; for metrics. Definer: '
  'the outbox is closed; only the secret key may call it.';
grant execute on function public.get_outbox_backlog() to service_role;

-- schemas/platform/audit_log.sql

-- Who did what, when and from where: append-only, and hash-chained at commit so later changes are detected.

create table public.audit_log (
  id uuid primary key default gen_random_uuid(),
  occurred_at timestamptz not null default clock_timestamp(),
  action text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
  subject text not null,
  subject_id text,
  actor_id uuid,
  source text not null,
  before jsonb,
  after jsonb
);
comment on table public.audit_log is
  'One row is one sensitive action. Append-only and without secrets.';
comment on column public.audit_log.action is 'Subject and past verb, for example credit_request.approved.';
comment on column public.audit_log.actor_id is
  'The player who acted, null for the system. No foreign key: the record outlives its subject.';
comment on column public.audit_log.source is
  'Where the action came from: web, discord, system, or api with the name of the key (api:<name>), which '
  'identifies the actor if no player acted.';
create index audit_log_occurred_at_idx on public.audit_log (occurred_at desc, id);
create index audit_log_subject_idx on public.audit_log (subject, subject_id, occurred_at desc);
create index audit_log_actor_idx on public.audit_log (actor_id, occurred_at desc);

alter table public.audit_log enable row level security;
grant select on public.audit_log to authenticated, service_role;

create policy "Admins read the audit log"
  on public.audit_log for select to authenticated
  using ((select identity.is_admin()));

create trigger on_audit_log_change_refuse
  before update or delete or truncate on public.audit_log
  for each statement execute function platform.forbid_change();

create table platform.audit_chain (
  position bigint primary key check (position > 0),
  audit_id uuid not null unique references public.audit_log (id),
  previous_hash text not null,
  hash text not null
);
comment on table platform.audit_chain is
  'One row seals one audit row: hash = sha256(previous hash, audit row). Positions have no gaps and follow commit '
  'order.';

alter table platform.audit_chain enable row level security;

create trigger on_audit_chain_change_refuse
  before update or delete or truncate on platform.audit_chain
  for each statement execute function platform.forbid_change();

create function platform.hash_audit_row(previous_hash text, entry public.audit_log)
returns text
language sql
immutable
set search_path = ''
as $$
  select encode(sha256(convert_to(
    previous_hash || jsonb_build_object(
      'id', entry.id,
      'occurred_at', to_char(entry.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
      'action', entry.action, 'subject', entry.subject, 'subject_id', entry.subject_id,
      'actor_id', entry.actor_id, 'source', entry.source, 'before', entry.before, 'after', entry.after
    )::text, 'utf8')), 'hex');
$$;
comment on function platform.hash_audit_row(text, public.audit_log) is
  'The seal of an audit row; the same in every session, whatever its time zone.';

create function platform.on_audit_insert_seal()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  previous record;
begin
  perform pg_advisory_xact_lock(hashtextextended('platform.audit_chain', 0));
  select audit_chain.position, audit_chain.hash into previous
  from platform.audit_chain order by audit_chain.position desc limit 1;
  insert into platform.audit_chain (position, audit_id, previous_hash, hash)
  values (
    coalesce(previous.position, 0) + 1, new.id, coalesce(previous.hash, ''),
    platform.hash_audit_row(coalesce(previous.hash, ''), new));
  return null;
end;
$$;
comment on function platform.on_audit_insert_seal() is
  'Seals at commit: the chain''s lock is the last one a transaction takes, so it cannot cause a deadlock.';

create constraint trigger on_audit_insert_seal
  after insert on public.audit_log
  deferrable initially deferred
  for each row execute function platform.on_audit_insert_seal();

create function platform.redact_secrets(value jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  case jsonb_typeof(value)
    when 'object' then
      return (
        select coalesce(jsonb_object_agg(field.key, case
          when field.key ~* '(secret|token|password|cipher|key_hash|authorization)' then '"[redacted]"'::jsonb
          else platform.redact_secrets(field.value) end), '{}')
        from jsonb_each(value) as field);
    when 'array' then
      return (
        select coalesce(jsonb_agg(platform.redact_secrets(item.value) order by item.ordinality), '[]')
        from jsonb_array_elements(value) with ordinality as item);
    else
      return value;
  end case;
end;
$$;
comment on function platform.redact_secrets(jsonb) is
  'The same value with everything redacted that is named like a secret.';

create function platform.record_audit(
  action text, subject text, subject_id text, before jsonb, after jsonb, actor uuid, source text)
returns uuid
language sql
volatile
security definer
set search_path = ''
as $$
  insert into public.audit_log (action, subject, subject_id, before, after, actor_id, source)
  values (
    record_audit.action, record_audit.subject, record_audit.subject_id,
    platform.redact_secrets(record_audit.before), platform.redact_secrets(record_audit.after),
    record_audit.actor, coalesce(record_audit.source, 'system'))
  returning id;
$$;
comment on function platform.record_audit(text, text, text, jsonb, jsonb, uuid, text) is
  'Writes one audit row in the caller''s transaction and returns its id; secrets are redacted.';

create function public.verify_audit_chain()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with sealed as (
    select chain.position, chain.previous_hash, chain.hash, log.id is not null as has_row,
      lag(chain.hash, 1, '') over (order by chain.position) as expected_previous_hash,
      row_number() over (order by chain.position) as expected_position,
      case when log.id is not null then platform.hash_audit_row(chain.previous_hash, log) end as expected_hash
    from platform.audit_chain as chain
    left join public.audit_log as log on log.id = chain.audit_id
  ),
  broken as (
    select sealed.position,
      case
        when sealed.position <> sealed.expected_position then 'seal_missing'
        when not sealed.has_row then 'row_missing'
        when sealed.previous_hash <> sealed.expected_previous_hash then 'chain_cut'
        else 'row_changed'
      end as reason
    from sealed
    where sealed.position <> sealed.expected_position or not sealed.has_row
      or sealed.previous_hash <> sealed.expected_previous_hash or sealed.hash <> sealed.expected_hash
    order by sealed.position limit 1
  ),
  unsealed as (
    select count(*) as row_count from public.audit_log as log
    where not exists (select from platform.audit_chain as chain where chain.audit_id = log.id)
  )
  select jsonb_build_object(
    'is_intact', not exists (select from broken) and unsealed.row_count = 0,
    'checked', (select count(*) from sealed),
    'first_broken_position', (select broken.position from broken),
    'reason', coalesce(
      (select broken.reason from broken), case when unsealed.row_count > 0 then 'row_unsealed' end),
    'head', (select sealed.hash from sealed order by sealed.position desc limit 1))
  from unsealed;
$$;
comment on function public.verify_audit_chain() is
  'Recomputes every seal: {is_intact, checked, first_broken_position, reason, head}. Detects each changed, '
  'removed or added row; a truncated tail shows when the head is compared with a copy stored elsewhere.';
grant execute on function public.verify_audit_chain() to service_role;

-- schemas/platform/commands.sql

-- Idempotency of commands: the first result under a key is final.

create table platform.command_results (
  command text not null,
  actor_id uuid not null,
  idempotency_key text not null,
  arguments jsonb not null,
  result jsonb,
  created_at timestamptz not null default now(),
  primary key (command, actor_id, idempotency_key)
);
comment on table platform.command_results is
  'One row is one command that an actor ran under an idempotency key, with its result. Keys are scoped to the actor.';
comment on column platform.command_results.actor_id is
  'The acting player; the nil UUID when the service acts for nobody.';
comment on column platform.command_results.arguments is
  'The arguments of the first call: a key belongs to one intention.';
create index command_results_created_at_idx on platform.command_results (created_at);

alter table platform.command_results enable row level security;

create function platform.begin_command(command text, actor uuid, idempotency_key text, arguments jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  own_actor uuid := coalesce(begin_command.actor, '00000000-0000-0000-0000-000000000000');
  first platform.command_results;
begin
  if begin_command.idempotency_key is null
    or char_length(begin_command.idempotency_key) not between 1 and 200 then
    perform platform.refuse(400, 'idempotency_key_invalid',
      'The idempotency key must have 1 to 200 characters.',
      'Send a new random key with each new intention and the same key when you repeat it.');
  end if;
  -- A second call with the same key waits here until the first has ended.
  insert into platform.command_results (command, actor_id, idempotency_key, arguments)
  values (begin_command.command, own_actor, begin_command.idempotency_key, begin_command.arguments)
  on conflict do nothing;
  if found then
    return null;
  end if;
  select * into first from platform.command_results
  where command_results.command = begin_command.command
    and command_results.actor_id = own_actor
    and command_results.idempotency_key = begin_command.idempotency_key;
  if first.arguments is distinct from begin_command.arguments then
    perform platform.refuse(409, 'idempotency_key_reused', 'This idempotency key was used for something else.',
      'Send a new key.');
  end if;
  return first.result || '{"replayed": true}';
end;
$$;
comment on function platform.begin_command(text, uuid, text, jsonb) is
  'Null if the command must run now; else the first result with replayed = true. Without an actor: the service '
  'itself, which separates its callers'' keys. Refuses DS400 for an invalid key and DS409 for a key that was used '
  'with other arguments. Follow with finish_command in the same transaction.';

create function platform.finish_command(command text, actor uuid, idempotency_key text, result jsonb)
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  update platform.command_results
  set result = finish_command.result || '{"replayed": false}'
  where command_results.command = finish_command.command
    and command_results.actor_id = coalesce(finish_command.actor, '00000000-0000-0000-0000-000000000000')
    and command_results.idempotency_key = finish_command.idempotency_key
  returning command_results.result;
$$;
comment on function platform.finish_command(text, uuid, text, jsonb) is
  'Stores the result (a json object) of the command begun with the same key and returns it with replayed = false; '
  'null if none was begun.';

-- schemas/platform/attempt_limits.sql

-- How often an action may be taken: one list of numbers, counted where every surface passes.

create table platform.attempt_limits (
  action text not null check (action ~ '^[a-z_]{3,40}$'),
  window_seconds int not null check (window_seconds > 0),
  limit_count int not null check (limit_count > 0),
  primary key (action, window_seconds)
);
comment on table platform.attempt_limits is
  'One row limits how often an action may be taken within a window by each person, address or API key. An action '
  'may have several rows, which all apply. Changing a number takes effect at once.';

alter table platform.attempt_limits enable row level security;

create function platform.check_rate_limit(bucket text, limit_count int, window_seconds int,
  is_counted boolean default true)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  epoch numeric := extract(epoch from clock_timestamp());
  current_window bigint := floor(epoch / check_rate_limit.window_seconds);
  elapsed numeric := epoch / check_rate_limit.window_seconds - current_window;
  previous_hits int;
  current_hits int;
  used numeric;
  -- In windows: how far into which window the next call is allowed.
  free_at numeric;
  is_allowed boolean;
begin
  if limit_count < 1 or check_rate_limit.window_seconds < 1 then
    perform platform.refuse(400, 'rate_limit_invalid', 'A rate limit needs a positive count and window.',
      null);
  end if;
  if is_counted then
    -- The row's lock serialises the callers of one bucket only.
    insert into platform.rate_limits (bucket, window_seconds, window_number)
    values (check_rate_limit.bucket, check_rate_limit.window_seconds, current_window)
    on conflict on constraint rate_limits_pkey do update set hits = rate_limits.hits
    returning rate_limits.hits into current_hits;
  else
    select rate_limits.hits into current_hits from platform.rate_limits
    where rate_limits.bucket = check_rate_limit.bucket
      and rate_limits.window_seconds = check_rate_limit.window_seconds
      and rate_limits.window_number = current_window;
  end if;
  select rate_limits.hits into previous_hits from platform.rate_limits
  where rate_limits.bucket = check_rate_limit.bucket
    and rate_limits.window_seconds = check_rate_limit.window_seconds
    and rate_limits.window_number = current_window - 1;
  current_hits := coalesce(current_hits, 0);
  previous_hits := coalesce(previous_hits, 0);
  used := current_hits + previous_hits * (1 - elapsed);
  is_allowed := used + 1 <= limit_count;
  free_at := case
    when is_allowed then current_window + elapsed
    when current_hits + 1 <= limit_count
      then current_window + 1 - (limit_count - 1 - current_hits)::numeric / previous_hits
    else current_window + 2 - (limit_count - 1)::numeric / current_hits
  end;
  if is_allowed and is_counted then
    used := used + 1;
    update platform.rate_limits set hits = rate_limits.hits + 1
    where rate_limits.bucket = check_rate_limit.bucket
      and rate_limits.window_seconds = check_rate_limit.window_seconds
      and rate_limits.window_number = current_window;
  end if;
  return jsonb_build_object(
    'allowed', is_allowed,
    'remaining', greatest(floor(limit_count - used), 0)::int,
    'reset_at', to_timestamp((current_window + 1) * check_rate_limit.window_seconds),
    'retry_at', to_timestamp(free_at * check_rate_limit.window_seconds));
end;
$$;
comment on function platform.check_rate_limit(text, int, int, boolean) is
  'Sliding window over two fixed ones: counts the call if it is allowed. {allowed, remaining, reset_at, '
  'retry_at}. In any window of that length at most limit_count evenly spread calls pass; refused calls do not '
  'count, nor do those that only check (is_counted false). retry_at is when the next call is allowed.';

create function platform.take_attempt(action text, who text, is_counted boolean default true)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  attempt_limit platform.attempt_limits;
  verdict jsonb;
  tightest jsonb;
begin
  -- The longest window first: it refuses floods, and a refused call must not count anywhere.
  for attempt_limit in
    select * from platform.attempt_limits
    where attempt_limits.action = take_attempt.action order by attempt_limits.window_seconds desc
  loop
    verdict := platform.check_rate_limit(attempt_limit.action || ':' || left(take_attempt.who, 150),
      attempt_limit.limit_count, attempt_limit.window_seconds, take_attempt.is_counted)
      || jsonb_build_object('limit_count', attempt_limit.limit_count,
        'window_seconds', attempt_limit.window_seconds);
    if not (verdict ->> 'allowed')::boolean then
      return verdict;
    end if;
    if tightest is null or (verdict ->> 'remaining')::int < (tightest ->> 'remaining')::int then
      tightest := verdict;
    end if;
  end loop;
  if tightest is null then
    perform platform.refuse(400, 'action_unknown', format('There is no limit for %s.', action),
      'Add it to the list of limits.');
  end if;
  return tightest;
end;
$$;
comment on function platform.take_attempt(text, text, boolean) is
  'Counts one attempt of a player, an address or a key at an action: the result of check_rate_limit for the window that '
  'refuses it, else for the tightest one, with limit_count and window_seconds.';

create function platform.describe_wait(until timestamptz)
returns text
language sql
volatile
set search_path = ''
as $$
  select format('Try again in %s %s%s.', wait.amount, wait.unit, case when wait.amount = 1 then '' else 's' end)
  from (
    select case when left_seconds.amount <= 120 then left_seconds.amount
        else ceil(left_seconds.amount / 60.0)::int end as amount,
      case when left_seconds.amount <= 120 then 'second' else 'minute' end as unit
    from (
      select greatest(1, ceil(extract(epoch from describe_wait.until - clock_timestamp())))::int as amount
    ) as left_seconds
  ) as wait;
$$;
comment on function platform.describe_wait(timestamptz) is
  'The hint of every rate_limited refusal: "Try again in <n> seconds." or "… minutes.". Programs parse the wait '
  'from it (Retry-After), so the wording must not change.';

create function platform.count_attempt(action text, who text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  verdict jsonb;
begin
  if platform.is_operator() then
    return;
  end if;
  verdict := platform.take_attempt(action, who);
  if not (verdict ->> 'allowed')::boolean then
    perform platform.refuse(429, 'rate_limited', 'That was too much at once.',
      platform.describe_wait((verdict ->> 'retry_at')::timestamptz));
  end if;
end;
$$;
comment on function platform.count_attempt(text, text) is
  'Call it in every command that a person can repeat, after answering a repeated key and before any other lock: '
  'counts the attempt, or refuses DS429 rate_limited with how long to wait. Calls refused later in the same '
  'transaction do not count.';

create function public.count_attempt(action text, who text, is_counted boolean default true)
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  select platform.take_attempt(action, who, is_counted);
$$;
comment on function public.count_attempt(text, text, boolean) is
  'Counts an action that no database command sees, such as an attempt to sign in: {allowed, remaining, reset_at, '
  'retry_at, limit_count, window_seconds}. is_counted false only checks. For the service.';
grant execute on function public.count_attempt(text, text, boolean) to service_role;

create function platform.describe_caller()
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    'player:' || identity.current_player_id(),
    'address:' || coalesce(
      nullif(headers.sent ->> 'cf-connecting-ip', ''),
      nullif(trim(regexp_replace(headers.sent ->> 'x-forwarded-for', '^.*,', '')), ''),
      'unknown'))
  from (select nullif(current_setting('request.headers', true), '')::jsonb as sent) as headers;
$$;
comment on function platform.describe_caller() is
  'The identity a read is counted for: the signed-in player, else the address that called the REST API. On hosted '
  'projects Cloudflare overwrites cf-connecting-ip; elsewhere the last entry of x-forwarded-for comes from the '
  'nearest proxy. Anything before it is client-supplied and ignored.';

create table platform.rate_limits (
  bucket text not null check (char_length(bucket) between 1 and 200),
  window_seconds int not null check (window_seconds > 0),
  window_number bigint not null,
  hits int not null default 0,
  primary key (bucket, window_seconds, window_number)
);
comment on table platform.rate_limits is
  'One row counts the allowed calls of one bucket (who and what) in one fixed window since 1970.';

alter table platform.rate_limits enable row level security;

-- schemas/platform/interactions.sql

-- A writing interaction is stored before Discord gets its acknowledgement, so it is completed even if the
-- process ends right after.

create table platform.interactions (
  id text primary key check (id ~ '^[0-9]{15,21}$'),
  command text not null,
  discord_user_id text not null,
  received_at timestamptz not null default now(),
  response jsonb,
  outcome text,
  duration_ms int,
  finished_at timestamptz,
  payload jsonb
);
comment on table platform.interactions is
  'One row is one Discord interaction by its id: the command log, and the stored answer for repeated deliveries.';
comment on column platform.interactions.response is 'The first answer; kept for a day, then cleared.';
comment on column platform.interactions.outcome is 'done, refused, failed or limited; null while it runs.';
comment on column platform.interactions.payload is
  'What is needed to complete it, while it is open and changes something; cleared at the end because it contains '
  'Discord''s token.';
create index interactions_received_at_idx on platform.interactions (received_at);
create index interactions_unfinished_idx on platform.interactions (received_at)
  where finished_at is null and payload is not null;

alter table platform.interactions enable row level security;

-- Interactions are counted where they are stored: one round trip, and one limit for HTTP and gateway.
create function public.begin_interaction(
  interaction_id text, command text, discord_user_id text, payload jsonb default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  known jsonb;
  verdict jsonb;
  is_allowed boolean;
begin
  -- A repeated delivery is not counted again.
  select jsonb_build_object('first', false, 'response', interactions.response,
    'retry_at', case when interactions.outcome = 'limited' then now() end)
  into known
  from platform.interactions where interactions.id = begin_interaction.interaction_id;
  if known is not null then
    return known;
  end if;
  verdict := platform.take_attempt('interaction', begin_interaction.discord_user_id);
  is_allowed := (verdict ->> 'allowed')::boolean;
  -- A rate-limited interaction is finished at once: it is never completed later.
  insert into platform.interactions (id, command, discord_user_id, payload, outcome, finished_at)
  values (
    begin_interaction.interaction_id, left(begin_interaction.command, 120), begin_interaction.discord_user_id,
    case when is_allowed then begin_interaction.payload end,
    case when not is_allowed then 'limited' end, case when not is_allowed then now() end)
  on conflict (id) do nothing;
  if found then
    return jsonb_build_object('first', true, 'response', null,
      'retry_at', case when not is_allowed then verdict ->> 'retry_at' end);
  end if;
  return (
    select jsonb_build_object('first', false, 'response', interactions.response, 'retry_at', null)
    from platform.interactions where interactions.id = begin_interaction.interaction_id);
end;
$$;
comment on function public.begin_interaction(text, text, text, jsonb) is
  '{first, response, retry_at}: first is true exactly once per interaction id; response is the first answer, if '
  'there is one; retry_at is set if this person is rate-limited and nothing must be done. With a payload the '
  'interaction is completed later if nobody finishes it.';
grant execute on function public.begin_interaction(text, text, text, jsonb) to service_role;

create function public.finish_interaction(
  interaction_id text, response jsonb, outcome text, duration_ms int)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update platform.interactions
  set response = finish_interaction.response, outcome = finish_interaction.outcome,
    duration_ms = finish_interaction.duration_ms, finished_at = now(), payload = null
  where interactions.id = finish_interaction.interaction_id and interactions.finished_at is null;
$$;
comment on function public.finish_interaction(text, jsonb, text, int) is
  'Stores the answer of an interaction; the first one stays.';
grant execute on function public.finish_interaction(text, jsonb, text, int) to service_role;

create function public.list_unfinished_interactions(max_rows int default 50)
returns table (id text, payload jsonb)
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update platform.interactions set outcome = 'failed', finished_at = now(), payload = null
  where interactions.finished_at is null and interactions.payload is not null
    and interactions.received_at < now() - interval '15 minutes';
  return query
    select interactions.id, interactions.payload
    from platform.interactions
    where interactions.finished_at is null and interactions.payload is not null
      and interactions.received_at < now() - interval '8 seconds'
    order by interactions.received_at
    limit least(greatest(max_rows, 1), 200);
end;
$$;
comment on function public.list_unfinished_interactions(int) is
  'Writing interactions that were not finished within 8 seconds, oldest first. Those older than 15 minutes are '
  'abandoned: Discord accepts no answer any more, and a late effect would surprise.';
grant execute on function public.list_unfinished_interactions(int) to service_role;

create function platform.sweep_interactions()
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from platform.interactions
    where interactions.finished_at is null and interactions.payload is not null
      and interactions.received_at < now() - interval '8 seconds'
  ) or exists (
    select from platform.outbox where outbox.sent_at is null and outbox.name = 'discord/interactions.unfinished'
  ) then
    return false;
  end if;
  perform platform.emit_event('discord/interactions.unfinished', '{}');
  return true;
end;
$$;
comment on function platform.sweep_interactions() is
  'Requests the completion of unfinished interactions, unless that was already requested; costs one index lookup '
  'if there are none.';

-- schemas/platform/retention.sql

create function platform.purge_old_rows()
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  delete from platform.outbox where outbox.sent_at < now() - interval '7 days';
  delete from platform.rate_limits as counted
  where to_timestamp((counted.window_number + 2) * counted.window_seconds) < now();
  delete from platform.command_results where command_results.created_at < now() - interval '30 days';
  update platform.interactions set response = null
  where interactions.received_at < now() - interval '1 day' and interactions.response is not null;
  delete from platform.interactions where interactions.received_at < now() - interval '90 days';
  delete from cron.job_run_details where job_run_details.end_time < now() - interval '1 day';
  if has_table_privilege('net._http_response', 'delete') then
    delete from net._http_response where _http_response.created < now() - interval '6 hours';
  end if;
end;
$$;
comment on function platform.purge_old_rows() is
  'Deletes expired rows: sent events after 7 days, results of commands after 30, the command log after 90, its '
  'answers and the history of scheduled jobs after 1, responses of HTTP requests after 6 hours.';

-- schemas/identity/accounts.sql

-- Accounts and players: each new account gets a player; the access token carries role and player id.

create function identity.derive_username(metadata jsonb, email text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when char_length(candidate.name) >= 2 then candidate.name else 'player' end
  from (
    select left(
      trim(both '._-' from regexp_replace(
        regexp_replace(
          lower(coalesce(
            nullif(derive_username.metadata ->> 'user_name', ''),
            nullif(derive_username.metadata ->> 'preferred_username', ''),
            nullif(derive_username.metadata ->> 'full_name', ''),
            nullif(derive_username.metadata ->> 'name', ''),
            nullif(split_part(derive_username.email, '@', 1), ''),
            'player')),
          '#[0-9]+$', ''),
        '[^a-z0-9_.-]+', '-', 'g')),
      26) as name
  ) as candidate;
$$;
comment on function identity.derive_username(jsonb, text) is
  'A valid username based on the sign-in provider''s data, not yet unique; leaves room for a suffix.';

create function identity.handle_new_user()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  base text := identity.derive_username(new.raw_user_meta_data, new.email);
  candidate text := base;
begin
  -- Only the secret key can write app metadata, so no account can claim somebody else's player.
  update public.profiles
  set user_id = new.id
  where profiles.id::text = new.raw_app_meta_data ->> 'player_id' and profiles.user_id is null;
  if found then
    return new;
  end if;
  loop
    insert into public.profiles (user_id, username, display_name, avatar_url)
    values (
      new.id,
      candidate,
      left(coalesce(
        nullif(trim(new.raw_user_meta_data #>> '{custom_claims,global_name}'), ''),
        nullif(trim(new.raw_user_meta_data ->> 'full_name'), ''),
        nullif(trim(new.raw_user_meta_data ->> 'name'), ''),
        candidate), 80),
      -- The person may have written this, so accept only the URL of a picture.
      case when char_length(new.raw_user_meta_data ->> 'avatar_url') <= 2000
        then substring(new.raw_user_meta_data ->> 'avatar_url' from '^https?://[^[:space:]]+$') end)
    on conflict (username) where username is not null do nothing;
    exit when found;
    candidate := base || '-' || substr(md5(gen_random_uuid()::text), 1, 5);
  end loop;
  return new;
end;
$$;
comment on function identity.handle_new_user() is
  'Gives each new account its player: the one named by app_metadata.player_id if it has no account yet, otherwise '
  'a new one with a free username. Definer: the auth service may not write our tables.';

-- A player exists only once the account is confirmed: its address is verified, an admin invited it, or it
-- came without an address, which only a sign-in provider or an admin can do. The auth service inserts an
-- account first and confirms it afterwards, so both moments are watched.
create trigger on_user_created_attach_player
  after insert on auth.users
  for each row
  when (
    nullif(new.email, '') is null or new.email_confirmed_at is not null or new.invited_at is not null)
  execute function identity.handle_new_user();
create trigger on_user_confirmed_attach_player
  after update of email_confirmed_at, invited_at on auth.users
  for each row
  when (
    nullif(old.email, '') is not null and old.email_confirmed_at is null and old.invited_at is null
    and (new.email_confirmed_at is not null or new.invited_at is not null))
  execute function identity.handle_new_user();

create function identity.custom_access_token_hook(event jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_set(event, '{claims}', (event -> 'claims') || coalesce(
    (select jsonb_build_object('user_role', profiles.role, 'player_id', profiles.id)
     from public.profiles where profiles.user_id = (event ->> 'user_id')::uuid),
    '{}'));
$$;
comment on function identity.custom_access_token_hook(jsonb) is
  'Adds the claims user_role and player_id to each access token. For display only: commands check the table.';
grant execute on function identity.custom_access_token_hook(jsonb) to supabase_auth_admin;

create policy "The auth service reads roles for tokens"
  on public.profiles for select to supabase_auth_admin
  using (true);

-- Accounts come from Discord or are created by an admin. The switch for all sign-ups would close Discord too,
-- and the switch for e-mail would end signing in with a password, so the auth service calls this hook before
-- it creates an account.
create function identity.before_user_created_hook(event jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when event #>> '{user,app_metadata,provider}' = 'discord' then '{}'
    else jsonb_build_object('error', jsonb_build_object(
      'http_code', 403,
      'message', 'New accounts are made with Discord. Choose "Continue with Discord", or ask an administrator.'))
  end;
$$;
comment on function identity.before_user_created_hook(jsonb) is
  'Whether the auth service may create an account on request: with Discord only. The admin API does not call it.';
grant execute on function identity.before_user_created_hook(jsonb) to supabase_auth_admin;

-- schemas/identity/discord_links.sql

create table public.discord_links (
  player_id uuid primary key references public.profiles (id),
  discord_user_id text not null unique check (discord_user_id ~ '^[0-9]{15,21}$'),
  discord_username text not null check (platform.is_presentable(discord_username, 80)),
  discord_display_name text check (platform.is_presentable(discord_display_name, 80)),
  discord_avatar_url text,
  linked_at timestamptz not null default now(),
  linked_by uuid references public.profiles (id),
  scopes text[] not null default '{}'
);
comment on table public.discord_links is
  'One row links one player to one Discord account, one to one both ways. Snowflakes are text because they exceed '
  'the precision of JSON numbers.';
comment on column public.discord_links.linked_by is
  'Who linked: the player, or the admin who forced it; null for imports.';
comment on column public.discord_links.scopes is 'OAuth scopes the player consented to.';
create index discord_links_linked_at_idx on public.discord_links (linked_at);
create index discord_links_linked_by_idx on public.discord_links (linked_by);

alter table public.discord_links enable row level security;
grant select on public.discord_links to authenticated, service_role;

create trigger on_discord_link_write_present_username
  before insert or update of discord_username on public.discord_links
  for each row execute function platform.make_text_presentable('discord_username', '80', 'discord_user_id');
create trigger on_discord_link_write_present_display_name
  before insert or update of discord_display_name on public.discord_links
  for each row execute function platform.make_text_presentable('discord_display_name', '80');

create policy "Players see their own link, managers see all"
  on public.discord_links for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));

create table identity.withdrawn_links (
  player_id uuid primary key references public.profiles (id) on delete cascade,
  withdrawn_at timestamptz not null default now(),
  source text not null
);
comment on table identity.withdrawn_links is
  'One row is a player who unlinked a Discord account that is the only way to sign in, so the identity had to '
  'stay. It is removed as soon as the player consents at Discord again.';

alter table identity.withdrawn_links enable row level security;

create function identity.remove_discord_link(player_id uuid, actor uuid, source text)
returns text
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  removed public.discord_links;
begin
  delete from public.discord_links where discord_links.player_id = remove_discord_link.player_id
  returning * into removed;
  if removed.player_id is null then
    return null;
  end if;
  perform platform.emit_event('discord/link.removed',
    jsonb_build_object('player_id', removed.player_id, 'discord_user_id', removed.discord_user_id));
  perform platform.record_audit('discord_link.removed', 'player', removed.player_id::text, to_jsonb(removed),
    null, remove_discord_link.actor, remove_discord_link.source);
  perform realtime.send('{"link": null}', 'link_changed', 'player:' || removed.player_id, true);
  return removed.discord_user_id;
end;
$$;
comment on function identity.remove_discord_link(uuid, uuid, text) is
  'Ends a player''s link with event and audit; returns the Discord user id, null if there was no link.';

create function public.find_player_by_discord(discord_user_id text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'player_id', player.id, 'username', player.username, 'display_name', player.display_name,
    'avatar_url', player.avatar_url, 'role', player.role, 'visibility', player.visibility,
    'locale', player.locale,
    'time_zone', player.time_zone, 'left_at', player.left_at, 'linked_at', link.linked_at)
  from public.discord_links as link
  join public.profiles as player on player.id = link.player_id
  where link.discord_user_id = find_player_by_discord.discord_user_id;
$$;
comment on function public.find_player_by_discord(text) is
  'The player linked to a Discord account, else null. For the service only.';
grant execute on function public.find_player_by_discord(text) to service_role;

-- schemas/identity/discord_faces.sql

-- A player's name and picture at Discord, and how they reach the boards.

create table identity.discord_faces (
  player_id uuid primary key references public.profiles (id) on delete cascade,
  display_name text not null,
  avatar_url text,
  seen_at timestamptz not null default now()
);
comment on table identity.discord_faces is
  'One row is the name and picture that Discord last reported for a player. The profile follows them while it '
  'shows exactly these; a name chosen by the player or DealScale stays.';

alter table identity.discord_faces enable row level security;

create function identity.name_discord_user(global_name text, username text)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce(
    nullif(platform.to_presentable(name_discord_user.global_name, 80), ''),
    nullif(platform.to_presentable(name_discord_user.username, 80), ''));
$$;
comment on function identity.name_discord_user(text, text) is
  'The display name of a Discord account on the boards: its display name, else its username; null if neither is '
  'presentable.';

create function identity.pick_discord_picture(address text)
returns text
language sql
immutable
set search_path = ''
as $$
  select pick_discord_picture.address
  where char_length(pick_discord_picture.address) <= 2000
    and pick_discord_picture.address ~ '^https?://[^[:space:]]+$'
    and pick_discord_picture.address !~ '/embed/avatars/';
$$;
comment on function identity.pick_discord_picture(text) is
  'The URL of a picture that the user chose at Discord, else null: Discord''s default pictures are less telling '
  'than initials, and invalid URLs count as none.';

create function identity.follow_discord_face(
  player uuid, discord_user_id text, username text, global_name text, avatar_url text)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  shown public.profiles;
  before identity.discord_faces;
  name text := identity.name_discord_user(global_name, username);
  picture text := identity.pick_discord_picture(avatar_url);
  follows_name boolean;
  follows_picture boolean;
begin
  -- The player is locked before the link, as everywhere.
  select * into shown from public.profiles where profiles.id = follow_discord_face.player for no key update;
  update public.discord_links as link
  set discord_username = coalesce(told.username, link.discord_user_id), discord_display_name = told.display_name,
    discord_avatar_url = picture
  from (
    select nullif(platform.to_presentable(follow_discord_face.username, 80), '') as username,
      nullif(platform.to_presentable(follow_discord_face.global_name, 80), '') as display_name) as told
  where link.player_id = follow_discord_face.player
    and link.discord_user_id = follow_discord_face.discord_user_id
    and (link.discord_username, link.discord_display_name, link.discord_avatar_url)
      is distinct from (coalesce(told.username, link.discord_user_id), told.display_name, picture);
  if name is null then
    return false;
  end if;
  select * into before from identity.discord_faces as face where face.player_id = follow_discord_face.player;
  insert into identity.discord_faces as face (player_id, display_name, avatar_url)
  values (follow_discord_face.player, name, picture)
  on conflict (player_id) do update
  set display_name = excluded.display_name, avatar_url = excluded.avatar_url, seen_at = now();
  follows_name := coalesce(shown.display_name = before.display_name, false);
  follows_picture := identity.pick_discord_picture(shown.avatar_url) is null
    or shown.avatar_url is not distinct from before.avatar_url;
  update public.profiles
  set display_name = case when follows_name then name else shown.display_name end,
    avatar_url = case when follows_picture then picture else shown.avatar_url end
  where profiles.id = follow_discord_face.player
    and ((follows_name and shown.display_name <> name)
      or (follows_picture and shown.avatar_url is distinct from picture));
  return found;
end;
$$;
comment on function identity.follow_discord_face(uuid, text, text, text, text) is
  'Stores what Discord reports for a player; returns whether the profile changed. The link always shows it, the '
  'profile only where it still showed Discord''s previous data. Definer: nobody may write profiles directly.';

-- schemas/identity/link_reconciliation.sql

-- Ownership of a Discord account is a single fact: Auth's identities, which the provider has verified. Links
-- are derived from it in the same transaction, whatever changed the identity: a sign-in, a link, an unlink,
-- an erased account.

create function identity.find_discord_identity(player uuid)
returns auth.identities
language sql
stable
security definer
set search_path = ''
as $$
  select identity.*
  from public.profiles
  join auth.users as account on account.id = profiles.user_id and account.deleted_at is null
  join auth.identities as identity on identity.user_id = account.id
  where profiles.id = find_discord_identity.player
    and identity.provider = 'discord' and identity.provider_id ~ '^[0-9]{15,21}$'
    and not exists (select from identity.withdrawn_links as withdrawn where withdrawn.player_id = profiles.id)
  order by greatest(identity.last_sign_in_at, identity.updated_at, identity.created_at) desc, identity.id
  limit 1;
$$;
comment on function identity.find_discord_identity(uuid) is
  'The Discord identity to link the player to: the most recently used one, null after an unlink. Definer: schema '
  'auth is closed.';

create function identity.reconcile_discord_link(player uuid, actor uuid, source text)
returns public.discord_links
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  wanted auth.identities := identity.find_discord_identity(player);
  held public.discord_links;
  outdated uuid;
begin
  select * into held from public.discord_links where discord_links.player_id = player;
  if held.discord_user_id is not distinct from wanted.provider_id then
    return held;
  end if;
  -- A change is due: one at a time, judged by the state under the lock.
  perform from public.profiles where profiles.id = player for no key update;
  perform pg_advisory_xact_lock(hashtextextended('identity/discord_links', 0));
  wanted := identity.find_discord_identity(player);
  select * into held from public.discord_links where discord_links.player_id = player;
  if held.discord_user_id is not distinct from wanted.provider_id then
    return held;
  end if;
  perform identity.remove_discord_link(player, reconcile_discord_link.actor, reconcile_discord_link.source);
  if wanted.provider_id is null then
    return null;
  end if;
  -- Auth gives an account to one owner at a time, so somebody else's link to it is stale.
  select link.player_id into outdated from public.discord_links as link
  where link.discord_user_id = wanted.provider_id;
  perform identity.remove_discord_link(outdated, null, 'system');
  insert into public.discord_links (player_id, discord_user_id, discord_username, linked_by, scopes)
  values (player, wanted.provider_id, wanted.provider_id, reconcile_discord_link.actor, '{identify,email}');
  perform identity.follow_discord_identity(player, wanted);
  select * into held from public.discord_links where discord_links.player_id = player;
  perform platform.emit_event('discord/link.created',
    jsonb_build_object('player_id', held.player_id, 'discord_user_id', held.discord_user_id));
  perform platform.record_audit('discord_link.created', 'player', held.player_id::text, null, to_jsonb(held),
    reconcile_discord_link.actor, reconcile_discord_link.source);
  perform realtime.send(jsonb_build_object('link', to_jsonb(held)), 'link_changed', 'player:' || player, true);
  return held;
end;
$$;
comment on function identity.reconcile_discord_link(uuid, uuid, text) is
  'Makes a player''s link match Auth and returns it: added, replaced or removed, with one event and one audit row '
  'per change, none if nothing differs. Never refuses. Locks: the player, then all links. Definer: reads schema '
  'auth, and nobody may write links directly.';

create function identity.follow_discord_identity(player uuid, identity auth.identities)
returns boolean
language sql
volatile
security definer
set search_path = ''
as $$
  select identity.follow_discord_face(follow_discord_identity.player, identity.provider_id,
    coalesce(identity.identity_data ->> 'full_name', identity.identity_data ->> 'name'),
    identity.identity_data #>> '{custom_claims,global_name}', identity.identity_data ->> 'avatar_url');
$$;
comment on function identity.follow_discord_identity(uuid, auth.identities) is
  'follow_discord_face() with Auth''s data from the last sign-in.';

create function identity.on_identity_change_reconcile_link()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  player uuid;
  is_erased boolean;
  link public.discord_links;
begin
  if tg_op <> 'INSERT' then
    select profiles.id into player from public.profiles where profiles.user_id = old.user_id;
    if player is not null and (tg_op = 'DELETE' or new.user_id <> old.user_id) then
      -- An account that is being erased does not act.
      is_erased := not exists (select from auth.users where users.id = old.user_id and users.deleted_at is null);
      perform identity.reconcile_discord_link(player, case when not is_erased then player end,
        case when is_erased then 'system' else 'web' end);
    end if;
  end if;
  if tg_op <> 'DELETE' then
    select profiles.id into player from public.profiles where profiles.user_id = new.user_id;
    if player is not null then
      -- Auth writes an identity right after its owner consented at Discord.
      delete from identity.withdrawn_links where withdrawn_links.player_id = player;
      link := identity.reconcile_discord_link(player, player, 'web');
      if link.discord_user_id = new.provider_id then
        perform identity.follow_discord_identity(player, new);
      end if;
    end if;
  end if;
  return null;
end;
$$;
comment on function identity.on_identity_change_reconcile_link() is
  'Updates the links of the former and current owners of a changed Discord identity. Definer: the auth service '
  'may not write our tables.';

create trigger on_identity_insert_reconcile_link
  after insert on auth.identities
  for each row when (new.provider = 'discord') execute function identity.on_identity_change_reconcile_link();
create trigger on_identity_update_reconcile_link
  after update on auth.identities
  for each row when (new.provider = 'discord') execute function identity.on_identity_change_reconcile_link();
create trigger on_identity_delete_reconcile_link
  after delete on auth.identities
  for each row when (old.provider = 'discord') execute function identity.on_identity_change_reconcile_link();

create function identity.on_account_change_reconcile_link()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and old.user_id is not null then
    delete from identity.discord_faces where discord_faces.player_id = new.id;
    delete from identity.withdrawn_links where withdrawn_links.player_id = new.id;
  end if;
  perform identity.reconcile_discord_link(new.id, case when new.user_id is not null then new.id end,
    case when new.user_id is not null then 'web' else 'system' end);
  return null;
end;
$$;
comment on function identity.on_account_change_reconcile_link() is
  'A player who gets an account is linked to its Discord identity, which may have existed before. Erasing an '
  'account also removes the link and Discord''s data about the player; a person who returns is a new player on '
  'the web and in Discord alike. Definer: the auth service creates and erases accounts, and may write none of '
  'these tables.';

create trigger on_player_insert_reconcile_link
  after insert on public.profiles
  for each row when (new.user_id is not null) execute function identity.on_account_change_reconcile_link();
create trigger on_account_change_reconcile_link
  after update of user_id on public.profiles
  for each row when (new.user_id is distinct from old.user_id)
  execute function identity.on_account_change_reconcile_link();

create function public.sync_discord_link()
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(null);
  link public.discord_links;
begin
  delete from identity.withdrawn_links where withdrawn_links.player_id = actor;
  link := identity.reconcile_discord_link(actor, actor, 'web');
  return jsonb_build_object('link', case when link.player_id is not null then to_jsonb(link) end);
end;
$$;
comment on function public.sync_discord_link() is
  'Links the caller to the account''s Discord identity, also after an unlink that had to keep the identity: '
  '{link}, null if the account has none. Call it only after the caller consented. Never refuses. Definer: acts '
  'for the caller only, based on the identity that Auth verified.';
grant execute on function public.sync_discord_link() to authenticated;

-- schemas/identity/unlinking.sql

-- Unlinking, by the player or by Discord: the identity in Auth is removed together with the link, where
-- possible.

create function identity.unlink_player(player uuid, actor uuid, source text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  account uuid;
  linked_user text;
  has_other_way boolean;
  has_discord boolean;
begin
  -- The identities are locked first, as Auth does.
  perform from auth.identities as identity
  where identity.user_id = (select profiles.user_id from public.profiles where profiles.id = player)
  order by identity.id for update;
  select profiles.user_id into account from public.profiles where profiles.id = player for no key update;
  select link.discord_user_id into linked_user from public.discord_links as link where link.player_id = player;
  has_other_way := exists (
    select from auth.identities as identity where identity.user_id = account and identity.provider <> 'discord');
  has_discord := exists (
    select from auth.identities as identity where identity.user_id = account and identity.provider = 'discord');
  if has_discord then
    insert into identity.withdrawn_links (player_id, source) values (player, unlink_player.source)
    on conflict (player_id) do nothing;
  end if;
  perform identity.reconcile_discord_link(player, unlink_player.actor, unlink_player.source);
  if has_discord and has_other_way then
    delete from auth.identities as identity where identity.user_id = account and identity.provider = 'discord';
    update auth.users
    set raw_app_meta_data = coalesce(users.raw_app_meta_data, '{}') || jsonb_build_object(
      'provider', (
        select identity.provider from auth.identities as identity where identity.user_id = account
        order by identity.created_at, identity.id limit 1),
      'providers', (
        select jsonb_agg(distinct identity.provider) from auth.identities as identity
        where identity.user_id = account))
    where users.id = account;
    delete from identity.withdrawn_links where withdrawn_links.player_id = player;
  end if;
  return jsonb_build_object(
    'discord_user_id', linked_user,
    'keeps_sign_in', has_discord and not has_other_way,
    'revokes_access', exists (
      select from identity.discord_tokens as held where held.discord_user_id = linked_user));
end;
$$;
comment on function identity.unlink_player(uuid, uuid, text) is
  'Ends a player''s link. The Discord identity is removed from Auth too, unless it is the only way to sign in: '
  'then the player is recorded as unlinked. {discord_user_id, keeps_sign_in, revokes_access}. Definer: schema '
  'auth is closed.';

create function public.unlink_discord(acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
begin
  -- Linking again requires an unlink first, so this limits both; a link that the provider has verified is
  -- never refused.
  perform platform.count_attempt('discord_unlink', actor::text);
  return identity.unlink_player(actor, actor, platform.resolve_source(source));
end;
$$;
comment on function public.unlink_discord(uuid, text) is
  'Ends the caller''s link: {discord_user_id: null if there was none; keeps_sign_in: Discord remains the only way '
  'to sign in; revokes_access: we hold tokens that are revoked next}. Roles and tokens follow through the event. '
  'Counted: refuses DS429. Definer: nobody may write links directly.';
grant execute on function public.unlink_discord(uuid, text) to authenticated, service_role;

create function public.end_deauthorised_link(discord_user_id text, deauthorised_at timestamptz default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  player uuid;
  consented_at timestamptz;
begin
  select link.player_id, greatest(link.linked_at, identity.last_sign_in_at, identity.updated_at, held.stored_at)
  into player, consented_at
  from public.discord_links as link
  left join auth.identities as identity
    on identity.provider = 'discord' and identity.provider_id = link.discord_user_id
  left join identity.discord_tokens as held on held.discord_user_id = link.discord_user_id
  where link.discord_user_id = end_deauthorised_link.discord_user_id;
  if player is null or coalesce(deauthorised_at < consented_at, false) then
    return jsonb_build_object('player_id', player, 'has_ended', false);
  end if;
  perform identity.unlink_player(player, player, 'discord');
  return jsonb_build_object('player_id', player, 'has_ended', true);
end;
$$;
comment on function public.end_deauthorised_link(text, timestamptz) is
  'Ends the link of an account whose owner revoked our access at Discord, like an unlink: {player_id, has_ended}. '
  'Ignored if the owner has consented again since. For the service only.';
grant execute on function public.end_deauthorised_link(text, timestamptz) to service_role;

-- schemas/identity/discord_accounts.sql

-- Discord's reports about accounts apart from their links: a new name or picture, and revoked access.

create function public.report_discord_user(
  discord_user_id text, username text, display_name text default null, avatar_url text default null)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from public.discord_links as link
    where link.discord_user_id = report_discord_user.discord_user_id
      and (link.discord_username, link.discord_display_name, link.discord_avatar_url) is distinct from (
        coalesce(nullif(platform.to_presentable(report_discord_user.username, 80), ''), link.discord_user_id),
        nullif(platform.to_presentable(report_discord_user.display_name, 80), ''),
        identity.pick_discord_picture(report_discord_user.avatar_url))) then
    return null;
  end if;
  return platform.emit_event('discord/user.changed', jsonb_build_object('discord_user_id', discord_user_id));
end;
$$;
comment on function public.report_discord_user(text, text, text, text) is
  'Writes discord/user.changed to the outbox if a linked account seems to have changed. Discord itself is then '
  'asked. For the service only.';
grant execute on function public.report_discord_user(text, text, text, text) to service_role;

create function public.record_discord_user(
  discord_user_id text, username text, display_name text default null, avatar_url text default null)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  player uuid := (
    select link.player_id from public.discord_links as link
    where link.discord_user_id = record_discord_user.discord_user_id);
begin
  if player is null then
    return false;
  end if;
  return identity.follow_discord_face(player, record_discord_user.discord_user_id, record_discord_user.username,
    record_discord_user.display_name, record_discord_user.avatar_url);
end;
$$;
comment on function public.record_discord_user(text, text, text, text) is
  'Stores how Discord shows a linked account now; returns whether the player''s profile followed. For the service '
  'only.';
grant execute on function public.record_discord_user(text, text, text, text) to service_role;

-- schemas/identity/discord_tokens.sql

-- Discord's tokens, sealed by the web app for the worker: neither database access nor the web server can open
-- them.

create table identity.discord_tokens (
  discord_user_id text primary key,
  sealed_access_token text not null,
  sealed_refresh_token text,
  key_id text not null,
  expires_at timestamptz not null,
  stored_at timestamptz not null default now(),
  revision uuid not null default gen_random_uuid()
);
comment on table identity.discord_tokens is
  'One row is the grant of one Discord account: its tokens, each sealed as a JWE (ECDH-ES, A256GCM) to a key that '
  'only the worker holds. They outlive the link until the worker has revoked them.';
comment on column identity.discord_tokens.key_id is 'The key that opens them, for key rotation.';
comment on column identity.discord_tokens.stored_at is 'When Discord issued the tokens.';
comment on column identity.discord_tokens.revision is 'Changes with each write, for optimistic locking.';
create index discord_tokens_expires_at_idx on identity.discord_tokens (expires_at);

alter table identity.discord_tokens enable row level security;

create function public.store_discord_tokens(
  player_id uuid, discord_user_id text, sealed_access_token text, sealed_refresh_token text, key_id text,
  expires_at timestamptz, scopes text[] default null)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update public.discord_links set scopes = coalesce(store_discord_tokens.scopes, discord_links.scopes)
  where discord_links.player_id = store_discord_tokens.player_id
    and discord_links.discord_user_id = store_discord_tokens.discord_user_id;
  if not found then
    perform platform.refuse(404, 'not_linked', 'This player has not linked that Discord account.', 'Link it first.');
  end if;
  insert into identity.discord_tokens as held (
    discord_user_id, sealed_access_token, sealed_refresh_token, key_id, expires_at)
  values (
    store_discord_tokens.discord_user_id, store_discord_tokens.sealed_access_token,
    store_discord_tokens.sealed_refresh_token, store_discord_tokens.key_id, store_discord_tokens.expires_at)
  on conflict on constraint discord_tokens_pkey do update
  set sealed_access_token = excluded.sealed_access_token, sealed_refresh_token = excluded.sealed_refresh_token,
    key_id = excluded.key_id, expires_at = excluded.expires_at, stored_at = now(), revision = gen_random_uuid();
end;
$$;
comment on function public.store_discord_tokens(uuid, text, text, text, text, timestamptz, text[]) is
  'Stores the sealed tokens of a linked Discord account; newer ones replace older ones. Refuses DS404. For the '
  'service only.';
grant execute on function public.store_discord_tokens(uuid, text, text, text, text, timestamptz, text[])
  to service_role;

create function public.get_discord_tokens(discord_user_id text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(held) || jsonb_build_object('is_linked', exists (
    select from public.discord_links as link where link.discord_user_id = held.discord_user_id))
  from identity.discord_tokens as held
  where held.discord_user_id = get_discord_tokens.discord_user_id;
$$;
comment on function public.get_discord_tokens(text) is
  'The sealed tokens of a Discord account with is_linked, else null. For the service only.';
grant execute on function public.get_discord_tokens(text) to service_role;

create function public.replace_discord_tokens(
  discord_user_id text, revision uuid, sealed_access_token text, sealed_refresh_token text, key_id text,
  expires_at timestamptz)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update identity.discord_tokens as held
  set sealed_access_token = replace_discord_tokens.sealed_access_token,
    sealed_refresh_token = replace_discord_tokens.sealed_refresh_token, key_id = replace_discord_tokens.key_id,
    expires_at = replace_discord_tokens.expires_at,
    stored_at = case when held.expires_at = replace_discord_tokens.expires_at then held.stored_at else now() end,
    revision = gen_random_uuid()
  where held.discord_user_id = replace_discord_tokens.discord_user_id
    and held.revision = replace_discord_tokens.revision;
  return found;
end;
$$;
comment on function public.replace_discord_tokens(text, uuid, text, text, text, timestamptz) is
  'Replaces the tokens read at this revision with refreshed or re-sealed ones; false if they were replaced or '
  'deleted since. For the service only.';
grant execute on function public.replace_discord_tokens(text, uuid, text, text, text, timestamptz) to service_role;

create function public.delete_discord_tokens(discord_user_id text)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  delete from identity.discord_tokens as held
  where held.discord_user_id = delete_discord_tokens.discord_user_id;
  return found;
end;
$$;
comment on function public.delete_discord_tokens(text) is
  'Deletes the tokens of a Discord account after they were revoked; returns whether there were any. For the '
  'service only.';
grant execute on function public.delete_discord_tokens(text) to service_role;

create function public.list_due_discord_tokens(max_rows int default 200)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(due.discord_user_id order by due.expires_at, due.discord_user_id), '[]')
  from (
    select held.discord_user_id, held.expires_at
    from identity.discord_tokens as held
    left join public.discord_links as link on link.discord_user_id = held.discord_user_id
    where held.expires_at < now() + interval '2 days'
      or (link.player_id is null and held.stored_at < now() - interval '15 minutes')
    order by held.expires_at, held.discord_user_id
    limit least(greatest(list_due_discord_tokens.max_rows, 1), 1000)
  ) as due;
$$;
comment on function public.list_due_discord_tokens(int) is
  'Discord accounts whose tokens expire within two days or have outlived their link. For the service only.';
grant execute on function public.list_due_discord_tokens(int) to service_role;

create function public.list_discord_tokens_under_other_keys(key_id text, max_rows int default 200)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(due) order by due.discord_user_id), '[]')
  from (
    select held.* from identity.discord_tokens as held
    where held.key_id <> list_discord_tokens_under_other_keys.key_id
    order by held.discord_user_id
    limit least(greatest(list_discord_tokens_under_other_keys.max_rows, 1), 1000)
  ) as due;
$$;
comment on function public.list_discord_tokens_under_other_keys(text, int) is
  'Tokens sealed to a key other than this one, for key rotation. For the service only.';
grant execute on function public.list_discord_tokens_under_other_keys(text, int) to service_role;

-- schemas/identity/own_profile.sql

-- The own profile states whether Discord is a way to sign in; a name that the player chose is tidied like any
-- text.

create function public.get_own_profile(acting_player_id uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
begin
  return (
    select jsonb_build_object(
      'player', to_jsonb(player) - 'user_id',
      'link', (select to_jsonb(link) from public.discord_links as link where link.player_id = actor),
      'signs_in_with_discord', exists (
        select from auth.identities as identity
        where identity.user_id = player.user_id and identity.provider = 'discord'),
      'balances', credits.describe_balances(actor),
      'follows_rank', exists (
        select from leaderboard.rank_subscriptions as subscriptions where subscriptions.player_id = actor),
      'tiers', coalesce((
        select jsonb_agg(jsonb_build_object('board', board.slug, 'board_name', board.name, 'tier', held.tier,
          'since', held.since) order by board.slug)
        from public.player_tiers as held join public.boards as board on board.id = held.board_id
        where held.player_id = actor), '[]'),
      'member_roles', coalesce((
        select jsonb_agg(to_jsonb(member) - 'may_hold_tiers' || jsonb_build_object('guild_name', guild.name)
          order by guild.name, member.discord_user_id)
        from public.member_roles as member join public.guilds as guild on guild.id = member.guild_id
        where member.player_id = actor), '[]'))
    from public.profiles as player where player.id = actor);
end;
$$;
comment on function public.get_own_profile(uuid) is
  '{player, link, signs_in_with_discord, balances, follows_rank, tiers, member_roles} of the caller. Definer: '
  'includes own columns that others may not read.';
grant execute on function public.get_own_profile(uuid) to authenticated, service_role;

create function public.update_own_profile(
  display_name text default null, visibility text default null, time_zone text default null,
  locale text default null, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  before public.profiles;
  after public.profiles;
begin
  perform platform.count_attempt('profile_change', actor::text);
  if visibility is not null and visibility not in ('public', 'anonymous', 'hidden') then
    perform platform.refuse(400, 'visibility_unknown', 'This visibility does not exist.',
      'Use public, anonymous or hidden.');
  end if;
  if locale is not null and locale !~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' then
    perform platform.refuse(400, 'locale_invalid', 'This is not a language tag.', 'Use a tag such as en-US.');
  end if;
  select * into before from public.profiles where profiles.id = actor for no key update;
  -- The table refuses a name that is not presentable, whoever writes it.
  update public.profiles
  set display_name = coalesce(platform.tidy_text(update_own_profile.display_name), before.display_name),
    visibility = coalesce(update_own_profile.visibility, before.visibility),
    time_zone = coalesce(update_own_profile.time_zone, before.time_zone),
    locale = coalesce(update_own_profile.locale, before.locale)
  where profiles.id = actor and (
    profiles.display_name, profiles.visibility, profiles.time_zone, profiles.locale) is distinct from (
    coalesce(platform.tidy_text(update_own_profile.display_name), before.display_name),
    coalesce(update_own_profile.visibility, before.visibility),
    coalesce(update_own_profile.time_zone, before.time_zone),
    coalesce(update_own_profile.locale, before.locale))
  returning * into after;
  if after.id is not null then
    perform platform.record_audit('profile.changed', 'player', actor::text, to_jsonb(before), to_jsonb(after),
      actor, platform.resolve_source(source));
  end if;
  return public.get_own_profile(acting_player_id);
end;
$$;
comment on function public.update_own_profile(text, text, text, text, uuid, text) is
  'Changes the given fields of the caller''s own profile and returns get_own_profile(); role, username and '
  'account cannot be changed. A name that differs from Discord''s is the player''s own choice and stops following '
  'Discord. Counted: refuses DS429. Definer: nobody may write profiles directly.';
grant execute on function public.update_own_profile(text, text, text, text, uuid, text) to authenticated,
  service_role;

-- schemas/identity/player_imports.sql

create function public.upsert_player(
  player_id uuid, username text, display_name text, avatar_url text default null, is_ranked boolean default null,
  has_left boolean default null, source text default 'api')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  before public.profiles;
  after public.profiles;
begin
  if upsert_player.username is null or upsert_player.username !~ '^[a-z0-9_.-]{2,32}$' then
    perform platform.refuse(400, 'username_invalid',
      'A username has 2 to 32 characters: lower-case letters, digits, dots, dashes and underscores.', 'Send another username.');
  end if;
  if upsert_player.display_name is null then
    perform platform.refuse(400, 'display_name_invalid', 'A display name has 1 to 80 characters.', 'Send another name.');
  end if;
  if exists (select from public.profiles as other
    where other.username = upsert_player.username and other.id <> upsert_player.player_id) then
    perform platform.refuse(409, 'username_taken', 'Another player has this username.', 'Send another username.');
  end if;
  select * into before from public.profiles where profiles.id = upsert_player.player_id for no key update;
  -- Leaving suspends the rights of a role and coming back restores them, so a key may do neither.
  if before.role in ('manager', 'admin') and upsert_player.has_left <> (before.left_at is not null) then
    perform platform.refuse(403, 'privileged_player',
      format('This player is %s; an API key can neither remove nor restore the rights of that role.',
        case before.role when 'admin' then 'an admin' else 'a manager' end),
      'Ask an admin to make them a player first, or omit has_left.');
  end if;
  begin
    insert into public.profiles as player (id, username, display_name, avatar_url, is_ranked, left_at)
    values (
      upsert_player.player_id, upsert_player.username, upsert_player.display_name, upsert_player.avatar_url,
      coalesce(upsert_player.is_ranked, true), case when upsert_player.has_left then now() end)
    on conflict (id) do update set
      username = excluded.username,
      display_name = excluded.display_name,
      avatar_url = coalesce(excluded.avatar_url, player.avatar_url),
      is_ranked = coalesce(upsert_player.is_ranked, player.is_ranked),
      left_at = case upsert_player.has_left
        when true then coalesce(player.left_at, now()) when false then null else player.left_at end
    returning * into after;
  exception when unique_violation then
    -- Someone took it since the check.
    perform platform.refuse(409, 'username_taken', 'Another player has this username.', 'Send another username.');
  end;
  if before is distinct from after then
    perform platform.record_audit(
      case when before.id is null then 'player.created' else 'player.changed' end, 'player', after.id::text,
      case when before.id is not null then to_jsonb(before) end, to_jsonb(after), null,
      platform.resolve_source(upsert_player.source));
  end if;
  return to_jsonb(after) - 'user_id' || jsonb_build_object('created', before.id is null);
end;
$$;
comment on function public.upsert_player(uuid, text, text, text, boolean, boolean, text) is
  'Creates a player or updates the given fields (null keeps the current value) and returns the row with created. '
  'Role, account and visibility do not change, nor does has_left of a manager or an admin. Refuses DS400, DS403 '
  'and DS409. For the service only, on behalf of the DealScale backend.';
grant execute on function public.upsert_player(uuid, text, text, text, boolean, boolean, text) to service_role;

-- schemas/integrations/api_keys.sql

create function integrations.list_api_scopes()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['archives:verify', 'boards:manage', 'metrics:read', 'players:read', 'players:write', 'score-events:write'];
$$;
comment on function integrations.list_api_scopes() is
  'Every scope an API key may have. Routes require scopes from this list only; a test compares the two.';

create table integrations.api_keys (
  id uuid primary key default gen_random_uuid(),
  name text not null check (platform.is_presentable(name, 80)),
  -- Each event stores it, measured in code points.
  source text not null check (platform.is_presentable(source, 64) and char_length(source) <= 64),
  prefix text not null,
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  scopes text[] not null check (cardinality(scopes) > 0),
  created_at timestamptz not null default now(),
  created_by uuid references public.profiles (id),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  constraint api_keys_scopes_check_known check (revoked_at is not null or scopes <@ integrations.list_api_scopes())
);
comment on table integrations.api_keys is
  'One row is one developer key. Only its SHA-256 is stored; the key itself is shown once, on creation.';
comment on column integrations.api_keys.source is
  'The system it belongs to: its score events have this source, and no other. Keys of one system share it.';
comment on column integrations.api_keys.prefix is 'The first characters, to tell keys apart.';
comment on column integrations.api_keys.last_used_at is 'Accurate to the minute.';
create index api_keys_created_by_idx on integrations.api_keys (created_by);

alter table integrations.api_keys enable row level security;

create trigger on_api_key_write_check_name
  before insert or update of name on integrations.api_keys
  for each row execute function platform.refuse_unpresentable_text(
    'name', 'name of an API key', 'api_key_name_invalid', '80', '1', 'false');
create trigger on_api_key_write_check_source
  before insert or update of source on integrations.api_keys
  for each row execute function platform.refuse_unpresentable_text(
    'source', 'source of an API key', 'api_key_source_invalid', '64', '1', 'false');
create trigger on_api_key_check_times before insert on integrations.api_keys
  for each row execute function platform.check_shown_times('expires_at');

create function public.create_api_key(
  name text, scopes text[], key_hash text, prefix text, expires_at timestamptz default null,
  acting_player_id uuid default null, source text default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  made integrations.api_keys;
  unknown_scope text;
begin
  if acting_player_id is not null and not identity.has_role(acting_player_id, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only an admin can create API keys.', 'Ask an admin.');
  end if;
  if coalesce(cardinality(create_api_key.scopes), 0) = 0 then
    perform platform.refuse(400, 'scopes_missing', 'A key needs at least one scope.',
      'Choose among ' || array_to_string(integrations.list_api_scopes(), ', ') || '.');
  end if;
  select coalesce(asked.scope, 'null') into unknown_scope from unnest(create_api_key.scopes) as asked (scope)
  where asked.scope is null or asked.scope <> all (integrations.list_api_scopes()) limit 1;
  if unknown_scope is not null then
    perform platform.refuse(400, 'scope_unknown', format('There is no scope %s.', unknown_scope),
      'Choose among ' || array_to_string(integrations.list_api_scopes(), ', ') || '.');
  end if;
  insert into integrations.api_keys (name, source, scopes, key_hash, prefix, expires_at, created_by)
  values (
    create_api_key.name, coalesce(create_api_key.source, left(create_api_key.name, 64)),
    create_api_key.scopes, create_api_key.key_hash, left(create_api_key.prefix, 12), create_api_key.expires_at,
    create_api_key.acting_player_id)
  on conflict on constraint api_keys_key_hash_key do nothing
  returning * into made;
  if made.id is null then
    perform platform.refuse(409, 'api_key_exists', 'This key already exists.', 'Create another key.');
  end if;
  perform platform.record_audit('api_key.created', 'api_key', made.id::text, null,
    jsonb_build_object('name', made.name, 'source', made.source, 'scopes', made.scopes,
      'expires_at', made.expires_at),
    acting_player_id, 'api');
  return jsonb_build_object(
    'id', made.id, 'name', made.name, 'source', made.source, 'scopes', made.scopes, 'prefix', made.prefix,
    'expires_at', made.expires_at);
end;
$$;
comment on function public.create_api_key(text, text[], text, text, timestamptz, uuid, text) is
  'Registers a key by its SHA-256 (hex); the key itself never reaches the database. source: the system whose '
  'events it sends, the key''s name by default. Refuses DS400 for an unknown scope. For the service and the '
  'admins it acts for.';
grant execute on function public.create_api_key(text, text[], text, text, timestamptz, uuid, text)
  to service_role;

create function public.verify_api_key(key text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  found_key integrations.api_keys;
begin
  select * into found_key from integrations.api_keys
  where api_keys.key_hash = encode(sha256(convert_to(verify_api_key.key, 'utf8')), 'hex')
    and api_keys.revoked_at is null
    and (api_keys.expires_at is null or api_keys.expires_at > now());
  if found_key.id is null then
    return null;
  end if;
  if found_key.last_used_at is null or found_key.last_used_at < now() - interval '1 minute' then
    update integrations.api_keys set last_used_at = now() where api_keys.id = found_key.id;
  end if;
  return jsonb_build_object('id', found_key.id, 'name', found_key.name, 'source', found_key.source,
    'scopes', found_key.scopes);
end;
$$;
comment on function public.verify_api_key(text) is
  '{id, name, source, scopes} of a key that is valid now, else null.';
grant execute on function public.verify_api_key(text) to service_role;

create function public.revoke_api_key(api_key_id uuid, acting_player_id uuid default null)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if acting_player_id is not null and not identity.has_role(acting_player_id, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only an admin can revoke API keys.', 'Ask an admin.');
  end if;
  update integrations.api_keys set revoked_at = now()
  where api_keys.id = revoke_api_key.api_key_id and revoked_at is null;
  if found then
    perform platform.record_audit('api_key.revoked', 'api_key', api_key_id::text, null, null,
      acting_player_id, 'api');
  end if;
  return found;
end;
$$;
comment on function public.revoke_api_key(uuid, uuid) is
  'Revokes a key at once; false if it was no longer valid.';
grant execute on function public.revoke_api_key(uuid, uuid) to service_role;

-- schemas/integrations/api_answers.sql

create table integrations.api_answers (
  api_key_id uuid not null references integrations.api_keys (id),
  idempotency_key text not null check (char_length(idempotency_key) between 1 and 200),
  request_hash text not null,
  status int,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (api_key_id, idempotency_key)
);
comment on table integrations.api_answers is
  'One row is the first response to an API key''s Idempotency-Key; kept for a day.';
comment on column integrations.api_answers.request_hash is 'SHA-256 of the request: a key belongs to one request.';
create index api_answers_created_at_idx on integrations.api_answers (created_at);

alter table integrations.api_answers enable row level security;

create function public.recall_api_answer(api_key_id uuid, idempotency_key text, request_hash text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  known integrations.api_answers;
begin
  delete from integrations.api_answers as old
  where old.api_key_id = recall_api_answer.api_key_id
    and old.idempotency_key = recall_api_answer.idempotency_key
    and old.created_at < now() - interval '24 hours';
  insert into integrations.api_answers (api_key_id, idempotency_key, request_hash)
  values (recall_api_answer.api_key_id, recall_api_answer.idempotency_key, recall_api_answer.request_hash)
  on conflict do nothing;
  select * into known from integrations.api_answers
  where api_answers.api_key_id = recall_api_answer.api_key_id
    and api_answers.idempotency_key = recall_api_answer.idempotency_key;
  if known.request_hash <> recall_api_answer.request_hash then
    perform platform.refuse(409, 'idempotency_key_reused', 'This Idempotency-Key was used for another request.',
      'Send a new random key with each new request, and reuse a key only to repeat it unchanged.');
  end if;
  return case when known.status is not null then jsonb_build_object('status', known.status, 'body', known.body) end;
end;
$$;
comment on function public.recall_api_answer(uuid, text, text) is
  'The first response {status, body} for a key; null if there is none yet and the request is to be served. '
  'Refuses DS409 if the key was used for another request.';
grant execute on function public.recall_api_answer(uuid, text, text) to service_role;

create function public.keep_api_answer(api_key_id uuid, idempotency_key text, status int, body jsonb)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update integrations.api_answers as answer
  set status = keep_api_answer.status, body = keep_api_answer.body
  where answer.api_key_id = keep_api_answer.api_key_id
    and answer.idempotency_key = keep_api_answer.idempotency_key
    and answer.status is null;
$$;
comment on function public.keep_api_answer(uuid, text, int, jsonb) is 
  'Stores the response for a key; the first one stays.';
grant execute on function public.keep_api_answer(uuid, text, int, jsonb) to service_role;

-- schemas/leaderboard/settings.sql

create table leaderboard.leaderboard_settings (
  is_only_row boolean primary key default true check (is_only_row),
  event_age_max interval not null default '366 days',
  event_lead_max interval not null default '5 minutes',
  leaf_player_count_max int not null default 256 check (leaf_player_count_max between 2 and 100000),
  keep_every_version_for interval not null default '1 hour',
  keep_hourly_versions_for interval not null default '8 days',
  keep_daily_versions_for interval not null default '400 days',
  keep_closed_standings_for interval not null default '1 day',
  pseudonym_key bytea not null default extensions.gen_random_bytes(32)
);
comment on table leaderboard.leaderboard_settings is 'The one row of settings of the leaderboard engine.';
comment on column leaderboard.leaderboard_settings.event_age_max is 'Older events are refused as too_old.';
comment on column leaderboard.leaderboard_settings.event_lead_max is 'How far a sender''s clock may be ahead.';
comment on column leaderboard.leaderboard_settings.leaf_player_count_max is
  'A prefix of the order key with more players than this gets a separate node; below half of it the node is removed.';
comment on column leaderboard.leaderboard_settings.pseudonym_key is
  'Derives the ids under which anonymous players appear: stable within one board period, not linkable to the player.';

alter table leaderboard.leaderboard_settings enable row level security;

-- schemas/leaderboard/boards/boards.sql

create table public.boards (
  id bigint generated always as identity primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null check (platform.is_presentable(name, 80)),
  kind text not null check (kind in ('all_time', 'monthly', 'weekly', 'daily', 'season')),
  metrics text[] check (cardinality(metrics) > 0),
  time_zone text not null default 'UTC' check (platform.is_time_zone(time_zone)),
  awards_tiers boolean not null default false,
  announces_ranks boolean not null default true,
  rank_news_top int not null default 100 check (rank_news_top >= 0),
  rank_news_min_places int not null default 10 check (rank_news_min_places > 0),
  late_policy text not null default 'refuse' check (late_policy in ('refuse', 'next_period')),
  close_grace interval not null default '15 minutes' check (close_grace between '0' and '31 days'),
  title_hold_refreshes int not null default 0 check (title_hold_refreshes between 0 and 1000),
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);
comment on table public.boards is 'One row is one competition: which metrics count, over which periods.';
comment on column public.boards.metrics is 'The metrics that count; null means all.';
comment on column public.boards.time_zone is 
  'IANA name of the zone in which this board''s days, weeks and months begin.';
comment on column public.boards.awards_tiers is
  'Whether positions on this board award tiers, and therefore roles in Discord.';
comment on column public.boards.announces_ranks is
  'Whether linked and subscribed players are notified about their rank: after a change of their own score, within '
  'the first rank_news_top, or after rank_news_min_places.';
comment on column public.boards.rank_news_top is
  'Every move into, out of or within the top N is announced.';
comment on column public.boards.rank_news_min_places is
  'Below that, a player is notified once shifts by others add up to this many places.';
comment on column public.boards.late_policy is
  'Events of a closed period: next_period counts them in the current or else the next planned period; refuse, or '
  'a missing period, returns period_closed to the sender, and the event counts on no board.';
comment on column public.boards.close_grace is
  'How long a period still accepts events after its end.';
comment on column public.boards.title_hold_refreshes is
  'Anti-flap: a title passes to its new holder after this many further refreshes in the same place. Each title is '
  'held separately.';

alter table public.boards enable row level security;
grant select on public.boards to anon, authenticated, service_role;

create policy "Everybody sees active boards"
  on public.boards for select to anon, authenticated
  using (is_active);

create trigger on_board_write_check_name
  before insert or update of name on public.boards
  for each row execute function platform.refuse_unpresentable_text(
    'name', 'name of a board', 'board_name_invalid', '80', '1', 'false');

-- schemas/leaderboard/periods/periods.sql

create table leaderboard.board_periods (
  id bigint generated always as identity primary key,
  board_id bigint not null references public.boards (id),
  name text check (platform.is_presentable(name, 80)),
  starts_at timestamptz,
  ends_at timestamptz,
  state text not null default 'open' check (state in ('open', 'closing', 'closed')),
  version bigint not null default 0,
  as_of timestamptz not null default now(),
  checked_at timestamptz not null default now(),
  applied_snapshot pg_snapshot,
  player_count bigint not null default 0,
  score_total numeric not null default 0,
  node_depth int not null default 0,
  last_refresh_ms double precision,
  overrun_count bigint not null default 0,
  awarded_tiers boolean not null default false,
  archive_hash bytea,
  closed_at timestamptz,
  purged_at timestamptz,
  check (starts_at < ends_at),
  constraint board_periods_seal_check check (state <> 'closed' or archive_hash is not null)
) with (fillfactor = 50);
comment on table leaderboard.board_periods is
  'One row is one period of a board. open: accepts events; closing: final and frozen; closed: archived, immutable.';
comment on column leaderboard.board_periods.starts_at is 'First moment that counts; null for an unbounded start.';
comment on column leaderboard.board_periods.ends_at is 'First moment that no longer counts; null for no end.';
comment on column leaderboard.board_periods.version is
  'Increases by one with each published refresh; 0 before the first.';
comment on column leaderboard.board_periods.as_of is 'When the published version was made.';
comment on column leaderboard.board_periods.checked_at is
  'When a refresh last verified the published version, whether it published anything or not.';
comment on column leaderboard.board_periods.applied_snapshot is
  'Transactions whose events are in the standings; null if none were applied yet.';
comment on column leaderboard.board_periods.overrun_count is 'Refreshes that took longer than their 30 seconds.';
comment on column leaderboard.board_periods.awarded_tiers is
  'Whether its positions awarded tiers that were not withdrawn: its archive shows them, whatever the board does '
  'since.';
comment on column leaderboard.board_periods.archive_hash is
  'Seal of the archive, chained to the previous period''s; every closed period has one.';
create unique index board_periods_board_starts_idx
  on leaderboard.board_periods (board_id, starts_at desc nulls last) nulls not distinct;
create index board_periods_unclosed_idx on leaderboard.board_periods (board_id) where state <> 'closed';
-- How far periods have ended: checked once for each batch of score events, and for each void that counts.
create index board_periods_closed_ends_idx on leaderboard.board_periods (ends_at) where state <> 'open';

alter table leaderboard.board_periods enable row level security;

create trigger on_season_write_check_name
  before insert or update of name on leaderboard.board_periods
  for each row when (new.name is not null)
  execute function platform.refuse_unpresentable_text(
    'name', 'name of a season', 'season_name_invalid', '80', '1', 'false');
create trigger on_period_check_times before insert or update of starts_at, ends_at on leaderboard.board_periods
  for each row execute function platform.check_shown_times('starts_at', 'ends_at');

create table leaderboard.period_setbacks (
  period_id bigint primary key references leaderboard.board_periods (id),
  skipped_count bigint not null default 0,
  failed_count bigint not null default 0,
  last_failed_at timestamptz
);
comment on table leaderboard.period_setbacks is
  'One row counts the refreshes of a period that were skipped because another one was running, and the refreshes '
  'and closes that failed. A separate table, because the active run may hold the period''s row.';

alter table leaderboard.period_setbacks enable row level security;

create function leaderboard.begin_day(local_midnight timestamp, time_zone text)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  -- Where clocks go back at or over midnight, that midnight occurs twice, and this is the second one.
  moment timestamptz := local_midnight at time zone time_zone;
  day_before timestamptz := moment - interval '24 hours';
  earlier timestamptz := (local_midnight
    - (day_before at time zone time_zone - day_before at time zone 'UTC')) at time zone 'UTC';
begin
  if earlier < moment and earlier at time zone time_zone = local_midnight then
    return earlier;
  end if;
  return moment;
end;
$$;
comment on function leaderboard.begin_day(timestamp, text) is
  'The first moment at which the zone''s clocks show this midnight, or at which they skip it.';

create function leaderboard.period_bounds(kind text, time_zone text, at timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language plpgsql
stable
set search_path = ''
as $$
declare
  unit text := case kind when 'daily' then 'day' when 'weekly' then 'week' when 'monthly' then 'month' end;
  length interval := ('1 ' || unit)::interval;
  first_day timestamp := date_trunc(unit, at at time zone time_zone);
begin
  if unit is null then
    return query select null::timestamptz, null::timestamptz where kind = 'all_time';
    return;
  end if;
  -- Whole local days, weeks and months: the day of a clock change has 23 or 25 hours. After clocks go back
  -- over midnight, the local date is for a while that of the previous, already ended day.
  loop
    starts_at := leaderboard.begin_day(first_day, time_zone);
    ends_at := leaderboard.begin_day(first_day + length, time_zone);
    exit when starts_at <= at and at < ends_at;
    first_day := first_day + case when at < starts_at then -length else length end;
  end loop;
  return next;
end;
$$;
comment on function leaderboard.period_bounds(text, text, timestamptz) is
  'The period of this kind that contains the moment, in the board''s time zone; weeks begin on Monday. Periods '
  'follow each other without gaps or overlaps. No row for seasons.';

create function leaderboard.open_periods(board public.boards, max_periods int default 100)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  last leaderboard.board_periods;
  opened leaderboard.board_periods;
  newest leaderboard.board_periods;
  opened_count int := 0;
begin
  for i in 1..max_periods loop
    select periods.* into last from leaderboard.board_periods as periods
    where periods.board_id = board.id
    order by periods.starts_at desc nulls last
    limit 1;
    exit when found and (last.ends_at is null or last.ends_at > now());
    -- Begins where the last one ended, even if the rules of the time zone changed since.
    insert into leaderboard.board_periods (board_id, starts_at, ends_at)
    select board.id, coalesce(last.ends_at, bounds.starts_at), bounds.ends_at
    from leaderboard.period_bounds(board.kind, board.time_zone, coalesce(last.ends_at, now())) as bounds
    on conflict do nothing
    returning board_periods.* into opened;
    if found then
      newest := opened;
      opened_count := opened_count + 1;
    end if;
  end loop;
  if opened_count > 0 and (newest.ends_at is null or newest.ends_at > now()) then
    perform realtime.send(
      jsonb_build_object('changes', '[]'::jsonb, 'removed', '[]'::jsonb, 'board', board.slug,
        'period_id', newest.id, 'version', 0, 'previous_version', 0, 'as_of', now(), 'player_count', 0),
      'board_refreshed', 'board:' || board.slug, true);
  end if;
  return opened_count;
end;
$$;
comment on function leaderboard.open_periods(public.boards, int) is
  'Opens the current period of a calendar board and any missed ones before it, in order and once, even in a race; '
  'returns how many. The next call continues after max_periods. Open pages are notified about the current one.';

create function leaderboard.current_period(board_id bigint)
returns leaderboard.board_periods
language plpgsql
stable
set search_path = ''
as $$
declare
  found_period leaderboard.board_periods;
begin
  select periods.* into found_period
  from leaderboard.board_periods as periods
  where periods.board_id = current_period.board_id and (periods.starts_at is null
    or periods.starts_at <= now())
  order by periods.starts_at desc nulls last
  limit 1;
  return found_period;
end;
$$;
comment on function leaderboard.current_period(bigint) is
  'The current period, or the last one of a season board.';

create function leaderboard.current_period_id(board_id bigint)
returns bigint
language sql
stable
set search_path = ''
return (leaderboard.current_period(board_id)).id;
comment on function leaderboard.current_period_id(bigint) is 'The id of the current period.';

-- schemas/leaderboard/intake/score_rules.sql

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

-- schemas/leaderboard/intake/score_events.sql

-- The record of players' actions: append-only, the only source of every score.

create table public.score_events (
  id bigint generated always as identity primary key,
  source text not null collate "C" check (char_length(source) between 1 and 64),
  external_id text not null collate "C" check (char_length(external_id) between 1 and 200),
  player_id uuid not null,
  metric text not null,
  units numeric not null,
  points bigint not null,
  rule_id bigint not null,
  occurred_at timestamptz not null,
  counts_at timestamptz not null,
  voids_id bigint references public.score_events (id),
  received_at timestamptz not null default now(),
  transaction_id xid8 not null default pg_current_xact_id(),
  unique (source, external_id)
);
comment on table public.score_events is
  'One row is one action of a player, or the void of one. Append-only: a mistake is voided by a new row.';
comment on column public.score_events.external_id is
  'The sender''s own id; the same id from the same source counts once.';
comment on column public.score_events.player_id is
  'A player, looked up by intake. No foreign key: it would lock, and therefore write, a row of profiles per '
  'event. Players are never deleted.';
comment on column public.score_events.points is
  'Points under the rule in force at occurred_at; negated in a void.';
comment on column public.score_events.rule_id is
  'The rule that determined the points. No foreign key: every sender would lock the same few rows of a table that '
  'only grows.';
comment on column public.score_events.counts_at is
  'The moment that determines the period: occurred_at, or for a void that of the voided event.';
comment on column public.score_events.voids_id is
  'The event that this one cancels; each event can be voided once.';
comment on column public.score_events.transaction_id is
  'The writing transaction: a refresh applies exactly the rows that are in its own snapshot but not in the '
  'previous one.';
create unique index score_events_voids_id_idx on public.score_events (voids_id) where voids_id is not null;
create index score_events_transaction_id_idx on public.score_events (transaction_id);
create index score_events_player_id_idx on public.score_events (player_id, occurred_at desc);
create index score_events_counts_at_idx on public.score_events using brin (counts_at);

alter table public.score_events enable row level security;
grant select (id, source, external_id, player_id, metric, units, points, rule_id, occurred_at, voids_id,
  received_at)
  on public.score_events to authenticated;
grant select on public.score_events to service_role;

create policy "Players read their own events, managers all"
  on public.score_events for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));

create trigger on_score_events_change_refuse
  before update or delete or truncate on public.score_events
  for each statement execute function platform.forbid_change();

create function leaderboard.keep_players()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform platform.refuse(403, 'player_kept', 'Players are never deleted, and keep their ids.',
    'Overwrite personal data and set left_at instead.');
  return null;
end;
$$;
comment on function leaderboard.keep_players() is
  'Trigger of profiles: references to a player, above all from score events, always resolve.';

create trigger on_profiles_delete_refuse
  before delete or truncate or update of id on public.profiles
  for each statement execute function leaderboard.keep_players();

-- schemas/leaderboard/intake/late_routes.sql

create table leaderboard.late_routes (
  event_id bigint not null references public.score_events (id),
  period_id bigint not null references leaderboard.board_periods (id),
  primary key (event_id, period_id)
);
comment on table leaderboard.late_routes is
  'One row: this event arrived after its own period of a board had closed and counts in this period instead.';
create index late_routes_period_id_idx on leaderboard.late_routes (period_id);

alter table leaderboard.late_routes enable row level security;

-- schemas/leaderboard/intake/judging.sql

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

-- schemas/leaderboard/intake/voids.sql

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

-- schemas/leaderboard/intake/capped_days.sql

create table leaderboard.capped_days (
  player_id uuid not null references public.profiles (id),
  metric text not null,
  day date not null,
  points bigint not null check (points >= 0),
  primary key (player_id, metric, day)
) with (fillfactor = 80);
comment on table leaderboard.capped_days is
  'Points a player already has on one day for a capped metric. Only intake writes it, with rows locked in key '
  'order; deleted when events of that day are too old to be accepted.';
create index capped_days_day_idx on leaderboard.capped_days (day);

alter table leaderboard.capped_days enable row level security;

create function leaderboard.hold_capped_days(judged leaderboard.judged_event[], voided_ids bigint[])
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  is_any_held boolean;
begin
  insert into leaderboard.capped_days (player_id, metric, day, points)
  select distinct entry.player_id, entry.metric, entry.cap_day, 0
  from unnest(judged) as entry
  where entry.cap_day is not null and entry.status = 'accepted'
  order by 1, 2, 3
  on conflict do nothing;
  perform from leaderboard.capped_days as days
  where (days.player_id, days.metric, days.day) in (
    select entry.player_id, entry.metric, entry.cap_day
    from unnest(judged) as entry
    where entry.cap_day is not null and entry.status = 'accepted'
    union
    select voided.player_id, voided.metric, (voided.occurred_at at time zone rules.time_zone)::date
    from public.score_events as voided
    join public.score_rules as rules on rules.id = voided.rule_id and rules.daily_cap_points is not null
    where voided.id = any (voided_ids))
  order by days.player_id, days.metric, days.day
  for update;
  return found;
end;
$$;
comment on function leaderboard.hold_capped_days(leaderboard.judged_event[], bigint[]) is
  'Locks the days that a batch''s events count towards, and those that its voids give back to, in key order until '
  'the transaction ends; returns whether there are any.';

create function leaderboard.fill_cap(used bigint, points bigint, daily_cap_points bigint, used_before bigint)
returns bigint
language plpgsql
immutable
set search_path = ''
as $$
begin
  used := coalesce(used, used_before);
  return used + least(points, greatest(daily_cap_points - used, 0));
end;
$$;
comment on function leaderboard.fill_cap(bigint, bigint, bigint, bigint) is
  'How much of a day is used after an event under its own rule''s cap; used_before is the amount at the start.';

create aggregate leaderboard.filled_cap(points bigint, daily_cap_points bigint, used_before bigint) (
  sfunc = leaderboard.fill_cap, stype = bigint);
comment on aggregate leaderboard.filled_cap(bigint, bigint, bigint) is
  'How much of a day is used after each event in order, whatever the cap of each event''s rule.';

create function leaderboard.cap_points(judged leaderboard.judged_event[])
returns leaderboard.judged_event[]
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- In order of arrival, each event gets what it adds to the day's total.
  return (
    select array_agg(row(
      entry.ordinal, entry.external_id, entry.player_id, entry.metric, entry.units,
      coalesce(entry.filled - entry.filled_before, entry.points),
      entry.rule_id, entry.daily_cap_points, entry.cap_day, entry.occurred_at, entry.counts_at,
      entry.voids_id, entry.status, entry.reason, entry.is_late)::leaderboard.judged_event)
    from (
      select filling.*,
        coalesce(max(filling.filled) over (partition by filling.player_id, filling.metric, filling.cap_day
          order by filling.ordinal rows between unbounded preceding and 1 preceding), filling.used_before)
          as filled_before
      from (
        select given.*, coalesce(days.points, 0) as used_before,
          case when given.status = 'accepted' and given.daily_cap_points is not null then
            leaderboard.filled_cap(given.points, given.daily_cap_points, coalesce(days.points, 0))
              filter (where given.status = 'accepted' and given.daily_cap_points is not null)
              over (partition by given.player_id, given.metric, given.cap_day order by given.ordinal)
          end as filled
        from unnest(judged) as given
        left join leaderboard.capped_days as days
          on days.player_id = given.player_id and days.metric = given.metric and days.day = given.cap_day
      ) as filling
    ) as entry);
end;
$$;
comment on function leaderboard.cap_points(leaderboard.judged_event[]) is
  'The same batch with points limited to the remaining daily caps.';

create function leaderboard.forget_capped_days()
returns int
language sql
volatile
set search_path = ''
as $$
  with forgotten as (
    delete from leaderboard.capped_days as days
    where days.day < (now() - (
      select settings.event_age_max from leaderboard.leaderboard_settings as settings))::date - 2
    returning 1
  )
  select count(*)::int from forgotten;
$$;
comment on function leaderboard.forget_capped_days() is
  'Deletes the totals of days for which no event is accepted any more, plus two days, because days begin earlier '
  'elsewhere. Voids of such events give nothing back and need none.';

-- schemas/leaderboard/intake/writing.sql

-- Locks and writes of a batch of score events.

create function leaderboard.hold_voided_events(source text, incoming leaderboard.incoming_event[])
returns bigint[]
language sql
volatile
set search_path = ''
as $$
  select array(
    select voided.id
    from public.score_events as voided
    where voided.source = hold_voided_events.source
      and voided.external_id in (
        select given.voids from unnest(incoming) as given where given.voids is not null)
    order by voided.id
    for no key update);
$$;
comment on function leaderboard.hold_voided_events(text, leaderboard.incoming_event[]) is
  'Locks the events that the batch voids and returns their ids. A concurrent void of the same event waits here, '
  'and then sees that it is void.';

create function leaderboard.write_score_events(source text, judged leaderboard.judged_event[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- Ids follow the order of arrival, in which the caps were filled; refused events use up numbers too.
  ids bigint[] := array(
    select nextval('public.score_events_id_seq')
    from generate_series(1, (
      select max(entry.ordinal) from unnest(judged) as entry where entry.status = 'accepted')));
begin
  insert into public.score_events
    (id, source, external_id, player_id, metric, units, points, rule_id, occurred_at, counts_at, voids_id)
  overriding system value
  select ids[entry.ordinal], write_score_events.source, entry.external_id, entry.player_id, entry.metric,
    entry.units, entry.points, entry.rule_id, entry.occurred_at, entry.counts_at, entry.voids_id
  from unnest(judged) as entry
  where entry.status = 'accepted'
  -- Not in id order, because locks are taken by external id.
  order by entry.external_id;
  if exists (select from unnest(judged) as entry where entry.status = 'accepted'
    and (entry.is_late or entry.voids_id is not null)) then
    insert into leaderboard.late_routes (event_id, period_id)
    select written.id, route.period_id
    from unnest(judged) as entry
    cross join lateral (
      select events.id from public.score_events as events
      where events.source = write_score_events.source and events.external_id = entry.external_id limit 1
    ) as written
    cross join lateral (
      select late.period_id from leaderboard.find_late_periods(entry.metric, entry.counts_at) as late
      where entry.is_late
      union all
      -- A void counts wherever the voided event was routed, unless that is closed too.
      select routes.period_id from leaderboard.late_routes as routes
      join leaderboard.board_periods as periods on periods.id = routes.period_id and periods.state = 'open'
      where routes.event_id = entry.voids_id
    ) as route
    where entry.status = 'accepted';
  end if;
  if exists (select from unnest(judged) as entry where entry.status = 'accepted'
    and entry.cap_day is not null) then
    update leaderboard.capped_days as days
    set points = days.points + counted.points
    from (
      select entry.player_id, entry.metric, entry.cap_day, sum(entry.points) as points
      from unnest(judged) as entry
      where entry.status = 'accepted' and entry.cap_day is not null
      group by 1, 2, 3
    ) as counted
    where days.player_id = counted.player_id and days.metric = counted.metric and days.day = counted.cap_day
      and counted.points <> 0;
  end if;
end;
$$;
comment on function leaderboard.write_score_events(text, leaderboard.judged_event[]) is
  'Records the accepted elements, with ids in order of arrival, routes late events, and counts towards the caps. '
  'Raises if someone else recorded one of the ids since it was judged.';

-- schemas/leaderboard/intake/answers.sql

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

-- schemas/leaderboard/intake/recording.sql

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

-- schemas/leaderboard/intake/simulation.sql

create function leaderboard.replay_day(ids bigint[], worth bigint[], voids_ids bigint[], daily_cap_points bigint)
returns bigint[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  given bigint[] := '{}';
  used bigint := 0;
  points bigint;
begin
  for i in 1..cardinality(ids) loop
    points := case
      when voids_ids[i] is not null then -given[array_position(ids, voids_ids[i])]
      when daily_cap_points is null then worth[i]
      else least(worth[i], greatest(daily_cap_points - used, 0))
    end;
    given := given || points;
    used := used + points;
  end loop;
  return given;
end;
$$;
comment on function leaderboard.replay_day(bigint[], bigint[], bigint[], bigint) is
  'The points of each event of one player, metric and day under a cap, in order of arrival, as at intake: a void '
  'takes back what its event got and makes room again.';

create function leaderboard.simulate_totals(period leaderboard.board_periods, metrics text[], rule public.score_rules)
returns table (player_id uuid, score bigint, reached_at timestamptz)
language sql
stable
set search_path = ''
as $$
  with late as materialized (
    select events.id, events.player_id, events.metric, (events.counts_at at time zone rule.time_zone)::date as day
    from leaderboard.late_routes as routes
    join public.score_events as events on events.id = routes.event_id
    where routes.period_id = period.id
  ),
  seen as (
    select events.id, events.player_id, events.units, events.points, events.occurred_at, events.voids_id,
      case when events.metric = rule.metric then (events.counts_at at time zone rule.time_zone)::date end as day,
      (events.counts_at >= coalesce(period.starts_at, '-infinity')
        and events.counts_at < coalesce(period.ends_at, 'infinity'))
        or events.id in (select late.id from late) as is_counted
    from public.score_events as events
    where (metrics is null or events.metric = any (metrics))
      and pg_visible_in_snapshot(events.transaction_id, period.applied_snapshot)
      -- An event worth more than the maximum would have been refused (judge_score_events).
      and not (events.metric = rule.metric and abs(round(events.units * rule.points_per_unit)) > 1000000000)
      -- A day of the rule may begin before the period and end after it. No day is longer than 26 hours.
      and ((events.counts_at >= coalesce(period.starts_at - interval '26 hours', '-infinity')
          and events.counts_at < coalesce(period.ends_at + interval '26 hours', 'infinity'))
        or events.id in (select late.id from late)
        or (events.metric = rule.metric and (events.player_id, (events.counts_at at time zone rule.time_zone)::date)
          in (select late.player_id, late.day from late where late.metric = rule.metric)))
  ),
  days as (
    select array_agg(seen.id order by seen.id) as ids,
      array_agg(round(seen.units * rule.points_per_unit)::bigint order by seen.id) as worth,
      array_agg(seen.voids_id order by seen.id) as voids_ids
    from seen
    where seen.day is not null
    group by seen.player_id, seen.day
    having bool_or(seen.is_counted)
  ),
  replayed as (
    select given.id, given.points
    from days
    cross join lateral unnest(days.ids,
      leaderboard.replay_day(days.ids, days.worth, days.voids_ids, rule.daily_cap_points)) as given (id, points)
  ),
  counted as (
    select seen.player_id, coalesce(replayed.points, seen.points) as points, seen.occurred_at,
      seen.voids_id is not null as is_void
    from seen
    left join replayed on replayed.id = seen.id
    where seen.is_counted
  )
  select counted.player_id, sum(counted.points)::bigint,
    coalesce(max(counted.occurred_at) filter (where counted.points <> 0), min(counted.occurred_at))
  from counted
  group by counted.player_id
  having count(*) > 2 * count(*) filter (where counted.is_void);
$$;
comment on function leaderboard.simulate_totals(leaderboard.board_periods, text[], public.score_rules) is
  'Each player''s score on the period if the rule had applied to its metric all along. A day under a cap is '
  'replayed as a whole, even if only part of it counts on the period. An event that the rule makes worth more '
  'than may be recorded does not count.';

-- A simulation marks ties like the board it simulates.
create function public.simulate_score_rule(
  board text, metric text, points_per_unit numeric, daily_cap_points bigint default null,
    time_zone text default 'UTC')
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(simulate_score_rule.board);
  period leaderboard.board_periods := leaderboard.find_period(found_board, null);
  awards boolean := case when period.state = 'closed' then period.awarded_tiers else found_board.awards_tiers end;
  rule public.score_rules;
  result jsonb;
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'not_manager', 'Only managers simulate rules.', 'Ask a manager.');
  end if;
  perform leaderboard.check_score_rule(simulate_score_rule.metric, simulate_score_rule.points_per_unit,
    simulate_score_rule.daily_cap_points, simulate_score_rule.time_zone);
  if not exists (select from public.score_rules as rules where rules.metric = simulate_score_rule.metric) then
    perform platform.refuse(400, 'unknown_metric', 'This metric has no rule, so none of its events were recorded.',
      'Simulate a metric from the list of score rules.');
  end if;
  rule.metric := simulate_score_rule.metric;
  rule.points_per_unit := simulate_score_rule.points_per_unit;
  rule.daily_cap_points := simulate_score_rule.daily_cap_points;
  rule.time_zone := simulate_score_rule.time_zone;
  with ranked as (
    select totals.player_id, totals.score, totals.reached_at,
      row_number() over (order by totals.score desc, totals.reached_at, totals.player_id) as place,
      rank() over (order by totals.score desc) as rank
    from leaderboard.simulate_totals(period, found_board.metrics, rule) as totals
    join public.profiles on profiles.id = totals.player_id
    left join leaderboard.archived_standings as archived on period.state = 'closed'
      and archived.period_id = period.id and archived.player_id = totals.player_id
    -- Archived players stay there, whatever they chose since.
    where case when period.state = 'closed' then archived.player_id is not null
      else profiles.visibility <> 'hidden' and profiles.is_ranked and profiles.left_at is null end
  ),
  top as (
    select ranked.*, case when awards then leaderboard.tier_of_position(ranked.place) end as tier
    from ranked where ranked.place <= 100
  ),
  rendered as (
    select shown.standing, shown.place
    from (
      select array_agg(row(top.player_id, top.place, top.rank, top.score, top.reached_at,
        top.tier)::leaderboard.placed_standing) as placed
      from top
    ) as all_top
    cross join lateral jsonb_array_elements(
      leaderboard.render_standings(period.id, all_top.placed, null, has_equal_below => exists (
        select from ranked where ranked.place = 101 and ranked.rank <= 100))::jsonb) with ordinality as shown (standing, place)
  ),
  held as (
    select tiers.player_id, tiers.tier from public.player_tiers as tiers
    where tiers.board_id = found_board.id and tiers.period_id = period.id and period.state <> 'closed'
    union all
    select archived.player_id, leaderboard.tier_of_position(archived.position)
    from leaderboard.archived_standings as archived
    where period.state = 'closed' and awards
      and archived.period_id = period.id and archived.position <= 100
  ),
  changed as (
    select player_id, held.tier as tier_before, top.tier as tier_after, coalesce(top.place, 1000) as place
    from top full join held using (player_id)
    where held.tier is distinct from top.tier
  )
  select jsonb_build_object(
    'board', found_board.slug, 'period_id', period.id, 'as_of', period.as_of,
    'standings', (
      select coalesce(jsonb_agg(rendered.standing
        || jsonb_build_object('movement', published.place - top.place) order by top.place), '[]')
      from top
      join rendered on rendered.place = top.place
      cross join lateral leaderboard.place_at(period, top.player_id, period.version) as published),
    'tier_changes', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'player_id', case when face.is_public then changed.player_id
          else leaderboard.pseudonym(period.id, changed.player_id) end,
        'display_name', case when face.is_public then profiles.display_name else 'Anonymous player' end,
        'tier_before', changed.tier_before, 'tier_after', changed.tier_after) order by changed.place), '[]')
      from changed join public.profiles on profiles.id = changed.player_id
      cross join lateral (
        select profiles.visibility = 'public' and profiles.left_at is null as is_public
      ) as face))
  into result;
  return result;
end;
$$;
comment on function public.simulate_score_rule(text, text, numeric, bigint, text) is
  'The first hundred and the tiers if this rule had applied to the current period: {standings, with movement '
  'relative to the published board or archive, tier_changes relative to the official tiers}. Titles follow the '
  'order at once: a title on hold shows as a change. Before the first season of a board is planned it has no '
  'period_id and no players. Changes nothing. Managers only; definer: the tables are closed.';
grant execute on function public.simulate_score_rule(text, text, numeric, bigint, text) to authenticated,
  service_role;

-- schemas/leaderboard/standings/standings.sql

-- The published state of each board period, with what is needed to count in O(log n), now and at any kept
-- version.

create table leaderboard.standings (
  period_id bigint not null,
  player_id uuid not null,
  score bigint not null,
  event_count int not null,
  has_scored boolean not null,
  reached_at timestamptz not null,
  order_key bytea,
  since_version bigint not null,
  primary key (period_id, player_id)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.03, autovacuum_analyze_scale_factor = 0.1);
comment on table leaderboard.standings is
  'One row is one player on one board period. Written only by a refresh, and only on change. No foreign keys: a '
  'refresh takes both ids from the referenced tables, and a million checks would cost more than the rest.';
comment on column leaderboard.standings.event_count is 'Events that count, minus voided ones.';
comment on column leaderboard.standings.has_scored is
  'Whether any event was worth points: events worth none (over a cap, under a rule of 0, rounded to 0) do not '
  'change reached_at.';
comment on column leaderboard.standings.reached_at is
  'When the score last changed: the greatest occurred_at of all events worth points. A void takes points back, so '
  'it counts too: the reduced score is dated to the void. Without points yet: the first occurred_at.';
comment on column leaderboard.standings.order_key is
  'The total order (score descending, reached_at ascending, id ascending) as comparable bytes; null for players '
  'who are not listed.';
-- The fill factor of an index whose entries keep moving: it starts at its long-term size.
create unique index standings_order_idx on leaderboard.standings (period_id, order_key) with (fillfactor = 70);

alter table leaderboard.standings enable row level security;

create table leaderboard.standing_nodes (
  period_id bigint not null references leaderboard.board_periods (id),
  prefix bytea not null,
  cumulative int[] storage plain not null check (cardinality(cumulative) = 256),
  since_version bigint not null,
  primary key (period_id, prefix)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
comment on table leaderboard.standing_nodes is
  'One row counts the listed players whose order key begins with the prefix, by the next byte: cumulative[i] have '
  'a next byte below i. A prefix with many players has a row and so do all its own prefixes; the empty one always '
  'has.';

alter table leaderboard.standing_nodes enable row level security;

create table leaderboard.standing_history (
  period_id bigint not null,
  player_id uuid not null,
  score bigint not null,
  event_count int not null,
  reached_at timestamptz not null,
  order_key bytea,
  since_version bigint not null,
  until_version bigint not null check (until_version > since_version),
  primary key (period_id, player_id, until_version)
) with (autovacuum_vacuum_scale_factor = 0.05);
comment on table leaderboard.standing_history is
  'One row is a past row of standings, valid from since_version until before until_version, for kept versions.';
create index standing_history_order_idx on leaderboard.standing_history (period_id, order_key, until_version)
  where order_key is not null;
create index standing_history_until_idx on leaderboard.standing_history (period_id, until_version);

alter table leaderboard.standing_history enable row level security;

create table leaderboard.standing_node_history (
  period_id bigint not null,
  prefix bytea not null,
  cumulative int[] not null,
  since_version bigint not null,
  until_version bigint not null check (until_version > since_version),
  primary key (period_id, prefix, until_version)
) with (autovacuum_vacuum_scale_factor = 0.05);
comment on table leaderboard.standing_node_history is 'The same for standing_nodes.';
create index standing_node_history_until_idx on leaderboard.standing_node_history (period_id, until_version);

alter table leaderboard.standing_node_history enable row level security;

create table leaderboard.board_versions (
  period_id bigint not null references leaderboard.board_periods (id),
  version bigint not null check (version > 0),
  as_of timestamptz not null,
  applied_snapshot pg_snapshot not null,
  player_count bigint not null,
  changed_count int not null,
  tier_change_count int not null,
  duration_ms double precision not null,
  primary key (period_id, version)
);
comment on table leaderboard.board_versions is
  'One row is one published refresh that is still available: all of the last hour, then one per hour, then one '
  'per day.';
create index board_versions_as_of_idx on leaderboard.board_versions (period_id, as_of);

alter table leaderboard.board_versions enable row level security;

-- schemas/leaderboard/standings/board_tops.sql

create table leaderboard.board_tops (
  period_id bigint primary key references leaderboard.board_periods (id) on delete cascade,
  version bigint not null default 0,
  player_ids uuid[] not null default '{}',
  standings jsonb not null default '[]',
  movement_from bigint,
  page json
) with (fillfactor = 50);
comment on table leaderboard.board_tops is
  'One row is the published first hundred of a period, rendered once per refresh, the most frequent read, and '
  'broadcast.';
comment on column leaderboard.board_tops.standings is 
  'The last broadcast, without movement: the base of the next delta.';
comment on column leaderboard.board_tops.movement_from is
  'The version from which the page''s movement counts: a day before the last refresh.';
comment on column leaderboard.board_tops.page is
  'The response of the plain first page; null from the moment a player in it, or the board, changes name or '
  'visibility until the next refresh publishes it again.';

alter table leaderboard.board_tops enable row level security;

create function leaderboard.on_board_periods_insert_add_top()
returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into leaderboard.board_tops (period_id) values (new.id);
  return null;
end;
$$;
comment on function leaderboard.on_board_periods_insert_add_top() is
  'Every period has its row from the start, so even a first refresh in progress can be waited for.';

create trigger on_board_periods_insert_add_top
  after insert on leaderboard.board_periods
  for each row execute function leaderboard.on_board_periods_insert_add_top();

-- schemas/leaderboard/standings/order_keys.sql

-- The total order of a board as one byte string: comparing two strings compares two players.

create function leaderboard.order_key(score bigint, reached_at timestamptz, player_id uuid)
returns bytea
language plpgsql
immutable
strict
set search_path = ''
as $$
declare
  -- The bytes of the score without leading zeros: no level of the tree is spent on common digits.
  width int := case
    when score = 0 then 0
    when abs(score) < 256 then 1
    when abs(score) < 65536 then 2
    when abs(score) < 16777216 then 3
    when abs(score) < 4294967296 then 4
    when abs(score) < 1099511627776 then 5
    when abs(score) < 281474976710656 then 6
    when abs(score) < 72057594037927936 then 7
    else 8
  end;
begin
  return case when score > 0
      then set_byte('\x80', 0, 128 - width) || substring(int8send(-1 - score) from 9 - width)
      else set_byte('\x80', 0, 128 + width) || substring(int8send(-score) from 9 - width)
    end
    || substring(timestamptz_send(reached_at) from 2) || uuid_send(player_id);
end;
$$;
comment on function leaderboard.order_key(bigint, timestamptz, uuid) is
  'Compares byte by byte as players do: score descending, reached_at ascending, id ascending. One byte for sign '
  'and width of the score, its 0 to 8 bytes (counted down if positive), 7 bytes of microseconds since 2000, 16 of '
  'id. No key is a prefix of another. Times from 2000 to 4283.';

create function leaderboard.score_key(order_key bytea)
returns bytea
language plpgsql
immutable
strict
set search_path = ''
as $$
begin
  return substring(order_key for 1 + abs(get_byte(order_key, 0) - 128));
end;
$$;
comment on function leaderboard.score_key(bytea) is
  'The prefix of an order key that is exactly the score.';

-- schemas/leaderboard/standings/order_statistics.sql

-- Order statistics: counting the players ahead means adding one number for each prefix of the order key that
-- has a node, and counting the few rows between the last such prefix and the key itself.

create function leaderboard.count_ahead(period_id bigint, before_key bytea)
returns bigint
language plpgsql
stable
strict
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  leaf_key bytea;
  -- Eight prefixes at a time are enough, except for crowds with equal scores.
  reached int := -1;
  step_ahead bigint;
  step_reached int;
  ahead bigint := 0;
begin
  loop
    select
      sum(nodes.cumulative[case when length(nodes.prefix) < length(count_ahead.before_key)
        then get_byte(count_ahead.before_key, length(nodes.prefix)) end]),
      max(length(nodes.prefix))
    into step_ahead, step_reached
    from leaderboard.standing_nodes as nodes
    where nodes.period_id = count_ahead.period_id
      and nodes.prefix = any (array[
        substring(count_ahead.before_key for reached + 1), substring(count_ahead.before_key for reached + 2),
        substring(count_ahead.before_key for reached + 3), substring(count_ahead.before_key for reached + 4),
        substring(count_ahead.before_key for reached + 5), substring(count_ahead.before_key for reached + 6),
        substring(count_ahead.before_key for reached + 7), substring(count_ahead.before_key for reached + 8)])
      and length(nodes.prefix) > reached;
    exit when step_reached is null;
    ahead := ahead + coalesce(step_ahead, 0);
    exit when step_reached < reached + 8;
    reached := step_reached;
  end loop;
  leaf_key := substring(count_ahead.before_key for coalesce(step_reached, reached) + 1);
  return ahead + (
    select count(*)
    from leaderboard.standings
    where standings.period_id = count_ahead.period_id
      and standings.order_key >= leaf_key
      and standings.order_key < count_ahead.before_key);
end;
$$;
comment on function leaderboard.count_ahead(bigint, bytea) is
  'How many listed players of the period have an order key below the given one, or below every key with that prefix.';

create function leaderboard.count_places(
  period_id bigint, order_key bytea, out place bigint, out rank bigint)
language plpgsql
stable
strict
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  score_key bytea := leaderboard.score_key(count_places.order_key);
  score_length int := length(score_key);
  leaf_key bytea;
  reached int;
begin
  -- The same nodes and the same few rows answer both questions; beyond six levels it starts over.
  select
    coalesce(sum(nodes.cumulative[get_byte(count_places.order_key, length(nodes.prefix))]), 0) + 1,
    coalesce(sum(nodes.cumulative[get_byte(count_places.order_key, length(nodes.prefix))])
      filter (where length(nodes.prefix) < score_length), 0) + 1,
    max(length(nodes.prefix))
  into place, rank, reached
  from leaderboard.standing_nodes as nodes
  where nodes.period_id = count_places.period_id
    and nodes.prefix = any (array[''::bytea,
      substring(count_places.order_key for 1), substring(count_places.order_key for 2),
      substring(count_places.order_key for 3), substring(count_places.order_key for 4),
      substring(count_places.order_key for 5), substring(count_places.order_key for 6)]);
  if reached = 6 then
    place := leaderboard.count_ahead(count_places.period_id, count_places.order_key) + 1;
    rank := leaderboard.count_ahead(count_places.period_id, score_key) + 1;
    return;
  end if;
  reached := coalesce(reached, -1) + 1;
  leaf_key := substring(count_places.order_key for reached);
  select place + count(*), rank + count(*) filter (where reached <= score_length and standings.order_key < score_key)
  into place, rank
  from leaderboard.standings
  where standings.period_id = count_places.period_id
    and standings.order_key >= leaf_key
    and standings.order_key < count_places.order_key;
end;
$$;
comment on function leaderboard.count_places(bigint, bytea) is
  'Position and shared rank of an order key at once: 1 + players ahead, and 1 + players with a higher score. '
  'Generic plans here and in every similar read, because planning takes longer than the read.';

create function leaderboard.count_ahead_at(period_id bigint, at_version bigint, before_key bytea)
returns bigint
language plpgsql
stable
strict
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  depth_max int := least(length(count_ahead_at.before_key), (
    select periods.node_depth from leaderboard.board_periods as periods where periods.id = count_ahead_at.period_id));
  leaf_key bytea;
  ahead bigint;
  reached int;
begin
  select
    coalesce(sum(found.cumulative[case when found.depth < length(count_ahead_at.before_key)
      then get_byte(count_ahead_at.before_key, found.depth) end]), 0),
    max(found.depth)
  into ahead, reached
  from (
    select nodes.cumulative, depths.depth
    from generate_series(0, depth_max) as depths (depth)
    cross join lateral (
      select current.cumulative
      from leaderboard.standing_nodes as current
      where current.period_id = count_ahead_at.period_id
        and current.prefix = substring(count_ahead_at.before_key for depths.depth)
        and current.since_version <= count_ahead_at.at_version
      union all
      select former.cumulative
      from (
        select history.cumulative, history.since_version
        from leaderboard.standing_node_history as history
        where history.period_id = count_ahead_at.period_id
          and history.prefix = substring(count_ahead_at.before_key for depths.depth)
          and history.until_version > count_ahead_at.at_version
        order by history.until_version
        limit 1
      ) as former
      where former.since_version <= count_ahead_at.at_version
    ) as nodes
  ) as found;
  leaf_key := substring(count_ahead_at.before_key for reached + 1);
  return ahead + (
    select count(*)
    from leaderboard.standings
    where standings.period_id = count_ahead_at.period_id
      and standings.order_key >= leaf_key
      and standings.order_key < count_ahead_at.before_key
      and standings.since_version <= count_ahead_at.at_version
  ) + (
    select count(*)
    from leaderboard.standing_history as history
    where history.period_id = count_ahead_at.period_id
      and history.order_key >= leaf_key
      and history.order_key < count_ahead_at.before_key
      and history.since_version <= count_ahead_at.at_version
      and history.until_version > count_ahead_at.at_version);
end;
$$;
comment on function leaderboard.count_ahead_at(bigint, bigint, bytea) is
  'The same at a kept version of the period.';

create function leaderboard.key_at_position(period_id bigint, at_position bigint)
returns bytea
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  beginning bytea := '';
  remaining bigint := key_at_position.at_position;
  counts int[];
  byte int;
begin
  if remaining is null or remaining < 1 then
    return null;
  end if;
  loop
    select nodes.cumulative into counts
    from leaderboard.standing_nodes as nodes
    where nodes.period_id = key_at_position.period_id and nodes.prefix = beginning;
    exit when counts is null;
    if counts[256] < remaining then
      return null;
    end if;
    -- Counts are sorted: skip as many bytes as have fewer players up to them.
    byte := width_bucket((remaining - 1)::int, counts);
    remaining := remaining - coalesce(counts[byte], 0);
    beginning := beginning || set_byte('\x00', 0, byte);
    counts := null;
  end loop;
  return (
    select standings.order_key
    from leaderboard.standings
    where standings.period_id = key_at_position.period_id and standings.order_key >= beginning
    order by standings.order_key
    offset remaining - 1
    limit 1);
end;
$$;
comment on function leaderboard.key_at_position(bigint, bigint) is
  'The order key of the player at this position, from the counts; null beyond the last one.';

-- schemas/leaderboard/standings/node_counts.sql

-- The counts follow the changes: each moved player is one removed and one added at every prefix of the key
-- that has a node.

create function leaderboard.add_counts(cumulative int[], bytes int[], deltas int[])
returns int[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  running int := 0;
begin
  for k in 1..cardinality(bytes) loop
    running := running + deltas[k];
    -- Counts change only between a player who left and one who arrived, not beyond both.
    continue when running = 0;
    for i in bytes[k] + 1..coalesce(bytes[k + 1], 256) loop
      cumulative[i] := cumulative[i] + running;
    end loop;
  end loop;
  return cumulative;
end;
$$;
comment on function leaderboard.add_counts(int[], int[], int[]) is
  'Cumulative counts after adding each delta at its byte; bytes (0 to 255) ascending.';

create function leaderboard.count_bytes(period_id bigint, beginning bytea)
returns int[]
language sql
stable
set search_path = ''
as $$
  select leaderboard.add_counts(array_fill(0, array[256]), array_agg(counted.byte order by counted.byte),
    array_agg(counted.player_count order by counted.byte))
  from (
    select get_byte(standings.order_key, length(count_bytes.beginning)) as byte,
      count(*)::int as player_count
    from leaderboard.standings
    where standings.period_id = count_bytes.period_id
      and standings.order_key >= count_bytes.beginning
      and standings.order_key < count_bytes.beginning || decode(repeat('ff', 31), 'hex')
    group by 1
  ) as counted;
$$;
comment on function leaderboard.count_bytes(bigint, bytea) is
  'The cumulative counts of a node, read from the standings; null if it is empty.';

create function leaderboard.list_crowded(beginning bytea, cumulative int[], player_count_max int)
returns setof bytea
language sql
immutable
set search_path = ''
as $$
  select list_crowded.beginning || set_byte('\x00', 0, i - 1)
  from generate_series(1, 256) as i
  where list_crowded.cumulative[i] - coalesce(list_crowded.cumulative[i - 1], 0) > list_crowded.player_count_max;
$$;
comment on function leaderboard.list_crowded(bytea, int[], int) is
  'Prefixes one byte longer that hold more players than allowed without a node.';

create function leaderboard.split_nodes(period_id bigint, crowded bytea[], player_count_max int,
  at_version bigint)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  depth int := 0;
begin
  while cardinality(crowded) > 0 loop
    depth := greatest(depth, (select max(length(prefix)) from unnest(crowded) as prefix));
    with added as (
      insert into leaderboard.standing_nodes (period_id, prefix, cumulative, since_version)
      select split_nodes.period_id, wanted.prefix, leaderboard.count_bytes(split_nodes.period_id, wanted.prefix),
        split_nodes.at_version
      from unnest(crowded) as wanted (prefix)
      returning standing_nodes.prefix, standing_nodes.cumulative
    )
    select array_agg(deeper.prefix) into crowded
    from added
    cross join lateral leaderboard.list_crowded(added.prefix, added.cumulative, player_count_max)
      as deeper (prefix);
  end loop;
  return depth;
end;
$$;
comment on function leaderboard.split_nodes(bigint, bytea[], int, bigint) is
  'Gives each crowded prefix a node, recursively; returns the greatest depth created.';

create function leaderboard.apply_counts(period_id bigint, at_version bigint, node_depth int)
returns int
language plpgsql
volatile
set search_path = ''
set random_page_cost = 1.1
set work_mem = '64MB'
as $$
declare
  player_count_max int := (select leaf_player_count_max from leaderboard.leaderboard_settings);
  crowded bytea[];
begin
  insert into leaderboard.standing_nodes (period_id, prefix, cumulative, since_version)
  values (apply_counts.period_id, '', array_fill(0, array[256]), apply_counts.at_version)
  on conflict do nothing;
  with recursive moved as (
    select changes.old_key as order_key, -1 as delta from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.old_key is not null
    union all
    select changes.new_key, 1 from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.new_key is not null
  ),
  -- Near the root thousands of moves meet in few nodes: they are summed once for the first two bytes. Below,
  -- a move descends only while there is a node under it.
  coarse as (
    select substring(moved.order_key for 2) as beginning, sum(moved.delta)::int as delta
    from moved
    group by 1
    having sum(moved.delta) <> 0
  ),
  walk as (
    select moved.order_key, moved.delta, nodes.prefix, 2 as depth
    from moved
    join leaderboard.standing_nodes as nodes on nodes.period_id = apply_counts.period_id
      and nodes.prefix = substring(moved.order_key for 2)
    union all
    select walk.order_key, walk.delta, nodes.prefix, walk.depth + 1
    from walk
    join leaderboard.standing_nodes as nodes on nodes.period_id = apply_counts.period_id
      and nodes.prefix = substring(walk.order_key for walk.depth + 1)
  ),
  counted as (
    select spread.prefix, spread.byte, sum(spread.delta)::int as delta
    from (
      select substring(coarse.beginning for depth) as prefix, get_byte(coarse.beginning, depth) as byte,
        coarse.delta
      from coarse
      cross join generate_series(0, 1) as depth
      union all
      select walk.prefix, get_byte(walk.order_key, walk.depth), walk.delta from walk
    ) as spread
    group by 1, 2
    having sum(spread.delta) <> 0
  ),
  gathered as (
    select counted.prefix, array_agg(counted.byte order by counted.byte) as bytes,
      array_agg(counted.delta order by counted.byte) as deltas
    from counted
    group by counted.prefix
  )
  insert into pg_temp.refresh_nodes (prefix, old_cumulative, old_since, cumulative, bytes, deltas)
  select nodes.prefix, nodes.cumulative, nodes.since_version,
    leaderboard.add_counts(nodes.cumulative, gathered.bytes, gathered.deltas), gathered.bytes, gathered.deltas
  from gathered
  join leaderboard.standing_nodes as nodes
    on nodes.period_id = apply_counts.period_id and nodes.prefix = gathered.prefix;
  insert into leaderboard.standing_node_history (period_id, prefix, cumulative, since_version, until_version)
  select apply_counts.period_id, changed.prefix, changed.old_cumulative, changed.old_since,
    apply_counts.at_version
  from pg_temp.refresh_nodes as changed
  where changed.old_since < apply_counts.at_version;
  -- Nodes below a removed node are removed with it; there are any only if the leaf size was raised.
  with gone as (
    delete from leaderboard.standing_nodes as nodes
    using pg_temp.refresh_nodes as changed
    where nodes.period_id = apply_counts.period_id
      and changed.prefix <> '' and changed.cumulative[256] <= player_count_max / 2
      and nodes.prefix >= changed.prefix and nodes.prefix < changed.prefix || decode(repeat('ff', 32), 'hex')
    returning nodes.prefix, nodes.cumulative, nodes.since_version
  )
  insert into leaderboard.standing_node_history (period_id, prefix, cumulative, since_version, until_version)
  select apply_counts.period_id, gone.prefix, gone.cumulative, gone.since_version, apply_counts.at_version
  from gone
  where gone.since_version < apply_counts.at_version
    and not exists (select from pg_temp.refresh_nodes as changed where changed.prefix = gone.prefix);
  update leaderboard.standing_nodes as nodes
  set cumulative = changed.cumulative, since_version = apply_counts.at_version
  from pg_temp.refresh_nodes as changed
  where nodes.period_id = apply_counts.period_id and nodes.prefix = changed.prefix;
  -- It can have become crowded only where somebody arrived.
  select array_agg(grown.prefix) into crowded
  from (
    select changed.prefix || set_byte('\x00', 0, came.byte) as prefix
    from pg_temp.refresh_nodes as changed
    cross join lateral unnest(changed.bytes, changed.deltas) as came (byte, delta)
    where came.delta > 0
      and changed.cumulative[came.byte + 1] - coalesce(changed.cumulative[came.byte], 0) > player_count_max
  ) as grown
  where not exists (
    select from leaderboard.standing_nodes as nodes
    where nodes.period_id = apply_counts.period_id and nodes.prefix = grown.prefix);
  return greatest(node_depth, leaderboard.split_nodes(apply_counts.period_id, crowded, player_count_max,
    apply_counts.at_version));
end;
$$;
comment on function leaderboard.apply_counts(bigint, bigint, int) is
  'Updates the nodes to the standings after apply_changes, keeping replaced rows; splits crowded nodes and '
  'removes sparse ones. Returns the greatest depth that may have nodes.';

-- schemas/leaderboard/standings/past_positions.sql

create function leaderboard.version_at(period_id bigint, at timestamptz)
returns bigint
language sql
stable
set search_path = ''
as $$
  select versions.version
  from leaderboard.board_versions as versions
  where versions.period_id = version_at.period_id and versions.as_of <= version_at.at
  order by versions.as_of desc, versions.version desc
  limit 1;
$$;
comment on function leaderboard.version_at(bigint, timestamptz) is
  'The kept version that was published at this moment; null before the first.';

create function leaderboard.window_version(period leaderboard.board_periods, movement text)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  if movement is null then
    return null;
  elsif movement = 'refresh' then
    return nullif(period.version - 1, 0);
  elsif movement not in ('hour', 'day', 'week') then
    perform platform.refuse(400, 'invalid_movement', 'Movement is counted since the last refresh, hour, day or week.',
      'Use refresh, hour, day or week.');
  end if;
  return coalesce(
    leaderboard.version_at(period.id, period.checked_at - ('1 ' || movement)::interval),
    (select min(versions.version) from leaderboard.board_versions as versions
      where versions.period_id = period.id));
end;
$$;
comment on function leaderboard.window_version(leaderboard.board_periods, text) is
  'The version from which movement counts: a fixed time before the last refresh, whether that published anything '
  'or not, or the first version of a younger period.';

create function leaderboard.key_at(period_id bigint, player_id uuid, at_version bigint)
returns bytea
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
begin
  select standings.order_key into found_key
  from leaderboard.standings
  where standings.period_id = key_at.period_id and standings.player_id = key_at.player_id
    and standings.since_version <= key_at.at_version;
  if found then
    return found_key;
  end if;
  select history.order_key into found_key
  from (
    select former.order_key, former.since_version
    from leaderboard.standing_history as former
    where former.period_id = key_at.period_id and former.player_id = key_at.player_id
      and former.until_version > key_at.at_version
    order by former.until_version
    limit 1
  ) as history
  where history.since_version <= key_at.at_version;
  return found_key;
end;
$$;
comment on function leaderboard.key_at(bigint, uuid, bigint) is
  'A player''s order key at a kept version; null if not listed then.';

create function leaderboard.position_at(period_id bigint, player_id uuid, at_version bigint)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
begin
  if at_version is null then
    return null;
  end if;
  found_key := leaderboard.key_at(position_at.period_id, position_at.player_id, at_version);
  if found_key is null then
    return null;
  end if;
  return leaderboard.count_ahead_at(position_at.period_id, at_version, found_key) + 1;
end;
$$;
comment on function leaderboard.position_at(bigint, uuid, bigint) is
  'A player''s position at a kept version; null if not listed then.';

create function leaderboard.rank_at(period_id bigint, at_version bigint, at_position bigint)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  at_score bytea := leaderboard.score_key(leaderboard.key_at_position_at(rank_at.period_id, at_version, at_position));
  rank bigint;
begin
  -- The working rows of a closed period may have been purged; then its archive answers.
  if at_score is null and exists (
    select from leaderboard.board_periods as periods where periods.id = rank_at.period_id and periods.purged_at is not null)
  then
    return (
      select leaderboard.render_rank(rank_at.period_id, row(archived.player_id, archived.position, archived.rank,
        archived.score, archived.reached_at, null)::leaderboard.placed_standing)
      from leaderboard.archived_standings as archived
      where archived.period_id = rank_at.period_id and archived.position = at_position);
  end if;
  rank := leaderboard.count_ahead_at(rank_at.period_id, at_version, at_score) + 1;
  return jsonb_build_object('rank', rank, 'is_tied', rank <> at_position
    or leaderboard.has_equal_below_at(rank_at.period_id, at_version, at_position));
end;
$$;
comment on function leaderboard.rank_at(bigint, bigint, bigint) is
  'The rank at a position of a kept version, and whether it is shared: {rank, is_tied}; both null without a position.';

-- schemas/leaderboard/standings/history_retention.sql

-- How much of the past is kept.

create function leaderboard.is_version_kept(as_of timestamptz, is_last_of_hour boolean, is_last_of_day boolean,
  reference timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select case
    when as_of > reference - settings.keep_every_version_for then true
    when as_of > reference - settings.keep_hourly_versions_for then is_last_of_hour
    when as_of > reference - settings.keep_daily_versions_for then is_last_of_day
    else false
  end
  from leaderboard.leaderboard_settings as settings;
$$;
comment on function leaderboard.is_version_kept(timestamptz, boolean, boolean, timestamptz) is
  'Whether the settings keep a version of this age: every one, the last of its hour, the last of its day or none.';

create function leaderboard.drop_versions(period_id bigint)
returns table (first_version bigint, kept_before bigint, kept_after bigint, dropped_count int)
language sql
volatile
set search_path = ''
as $$
  with placed as (
    -- The grace of a closed period extends into the next day and belongs to its last one.
    select versions.version, versions.as_of,
      date_trunc('day', least(versions.as_of, periods.ends_at - interval '1 microsecond'), boards.time_zone)
        as local_day,
      -- An open period ages by its own refreshes, a closed one by the clock.
      case when periods.state = 'closed' then now()
        else max(versions.as_of) over () end as reference
    from leaderboard.board_versions as versions
    join leaderboard.board_periods as periods on periods.id = versions.period_id
    join public.boards on boards.id = periods.board_id
    where versions.period_id = drop_versions.period_id
  ),
  judged as (
    select placed.version,
      placed.version = max(placed.version) over ()
        -- The version published an hour ago, however old: movement in the last hour counts from it.
        or placed.version = max(placed.version) filter (
          where placed.as_of <= placed.reference - settings.keep_every_version_for) over ()
        or leaderboard.is_version_kept(placed.as_of,
          placed.version = max(placed.version) over (partition by date_trunc('hour', placed.as_of)),
          placed.version = max(placed.version) over (partition by placed.local_day),
          placed.reference) as is_kept
    from placed
    cross join leaderboard.leaderboard_settings as settings
  ),
  bounded as (
    select judged.version, judged.is_kept,
      max(judged.version) filter (where judged.is_kept) over (order by judged.version) as kept_before,
      min(judged.version) filter (where judged.is_kept) over (order by judged.version desc) as kept_after
    from judged
  ),
  dropped as (
    delete from leaderboard.board_versions as versions
    using bounded
    where versions.period_id = drop_versions.period_id and versions.version = bounded.version
      and not bounded.is_kept
    returning versions.version, bounded.kept_before, bounded.kept_after
  )
  select min(dropped.version), coalesce(dropped.kept_before, 0), dropped.kept_after, count(*)::int
  from dropped
  group by dropped.kept_before, dropped.kept_after;
$$;
comment on function leaderboard.drop_versions(bigint) is
  'Deletes the versions of a period that the settings no longer keep; returns each stretch of them with the kept '
  'versions on both sides. The last version always stays, and so does the last one before the versions that are '
  'all kept.';

create function leaderboard.thin_history(period_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
as $$
declare
  stretch record;
  total_count int := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('leaderboard/history', thin_history.period_id)) then
    return jsonb_build_object('status', 'busy');
  end if;
  for stretch in select * from leaderboard.drop_versions(thin_history.period_id) loop
    total_count := total_count + stretch.dropped_count;
    -- Rows valid only between two kept versions are deleted with the versions between them; each history row
    -- is checked once per thinning of its stretch.
    delete from leaderboard.standing_history as history
    where history.period_id = thin_history.period_id
      and history.until_version > stretch.first_version and history.until_version <= stretch.kept_after
      and history.since_version > stretch.kept_before;
    delete from leaderboard.standing_node_history as history
    where history.period_id = thin_history.period_id
      and history.until_version > stretch.first_version and history.until_version <= stretch.kept_after
      and history.since_version > stretch.kept_before;
    delete from leaderboard.tier_history as history
    where history.period_id = thin_history.period_id
      and history.until_version > stretch.first_version and history.until_version <= stretch.kept_after
      and history.since_version > stretch.kept_before;
  end loop;
  return jsonb_build_object('status', 'thinned', 'dropped_count', total_count);
end;
$$;
comment on function leaderboard.thin_history(bigint) is
  'Deletes versions beyond what the settings keep (all of the last hour, then hourly, then daily) and history '
  'that nobody can ask for any more. Every remaining version answers exactly as before.';

create function leaderboard.drop_player_marks()
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  dropped_count int;
begin
  -- A board being reactivated looks for what it missed under the same lock.
  if not pg_try_advisory_xact_lock(hashtextextended('leaderboard/marks', 0)) then
    return 0;
  end if;
  delete from leaderboard.player_marks as marks
  where not exists (
    select from leaderboard.board_periods as periods
    join public.boards on boards.id = periods.board_id
    where periods.state = 'open' and boards.is_active
      -- By the clock, because a period may have begun since this transaction did.
      and coalesce(periods.starts_at <= clock_timestamp(), true)
      and not pg_visible_in_snapshot(marks.transaction_id, coalesce(periods.applied_snapshot, '1:1:')));
  get diagnostics dropped_count = row_count;
  return dropped_count;
end;
$$;
comment on function leaderboard.drop_player_marks() is
  'Deletes marks that every open period of an active board has applied. A period without a snapshot has applied '
  'none: its first refresh may be reading profiles right now. Periods that have not begun and reactivated boards '
  'read the profiles themselves.';

create function leaderboard.thin_all_history()
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  thinned_count int;
begin
  select count(leaderboard.thin_history(periods.id))::int into thinned_count
  from leaderboard.board_periods as periods where periods.purged_at is null;
  perform leaderboard.drop_player_marks();
  return thinned_count;
end;
$$;
comment on function leaderboard.thin_all_history() is
  'Thins the history of every period and deletes marks that all periods have applied.';

-- schemas/leaderboard/standings/runs.sql

create table leaderboard.refresh_runs (
  job text primary key check (job in ('refresh', 'close')),
  started_at timestamptz,
  finished_at timestamptz,
  run_count bigint not null default 0,
  duration_ms double precision,
  duration_ms_total double precision not null default 0,
  overrun_count bigint not null default 0,
  skipped_count bigint not null default 0,
  busy_count bigint not null default 0,
  failed_count bigint not null default 0,
  last_error text
) with (fillfactor = 50);
comment on table leaderboard.refresh_runs is
  'One row is one of the two scheduled runs, refresh and close: when it last ran, its durations and its problems.';
comment on column leaderboard.refresh_runs.duration_ms is
  'Duration of the last finished run; duration_ms_total sums all of them.';
comment on column leaderboard.refresh_runs.overrun_count is
  'Runs that took longer than the 30 seconds between runs.';
comment on column leaderboard.refresh_runs.skipped_count is
  'Runs that returned at once because another one was active.';
comment on column leaderboard.refresh_runs.busy_count is
  'Closes postponed to the next run because senders, a refresh or a change of players or rules did not release '
  'their locks in time.';

alter table leaderboard.refresh_runs enable row level security;

create function leaderboard.hold_run(job text)
returns boolean
language sql
volatile
set search_path = ''
return pg_try_advisory_xact_lock(hashtextextended('leaderboard/' || hold_run.job, 0));
comment on function leaderboard.hold_run(text) is
  'Whether this run is the only one of its job until its transaction ends; asked again in each transaction. A '
  'session lock would outlive a cancelled run, and block all others for as long as the session lasts.';

create function leaderboard.begin_run(job text)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
begin
  if not leaderboard.hold_run(begin_run.job) then
    update leaderboard.refresh_runs as runs set skipped_count = runs.skipped_count + 1
    where runs.job = begin_run.job;
    return false;
  end if;
  update leaderboard.refresh_runs as runs set started_at = clock_timestamp() where runs.job = begin_run.job;
  return true;
end;
$$;
comment on function leaderboard.begin_run(text) is
  'Whether a scheduled run may begin, which is recorded and must be followed by finish_run; false if another one '
  'is active, which counts as skipped.';

create function leaderboard.finish_run(job text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update leaderboard.refresh_runs as runs
  set finished_at = clock_timestamp(), run_count = runs.run_count + 1, duration_ms = taken.ms,
    duration_ms_total = runs.duration_ms_total + taken.ms,
    overrun_count = runs.overrun_count + (taken.ms > 30000)::int
  from (
    select begun.job, extract(epoch from clock_timestamp() - begun.started_at) * 1000 as ms
    from leaderboard.refresh_runs as begun where begun.job = finish_run.job
  ) as taken
  where runs.job = taken.job;
end;
$$;
comment on function leaderboard.finish_run(text) is
  'Records the end and the duration of a scheduled run.';

create function leaderboard.note_failure(job text, what text, message text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update leaderboard.refresh_runs as runs
  set failed_count = runs.failed_count + 1, last_error = left(what || ': ' || message, 500)
  where runs.job = note_failure.job;
  raise warning '% failed: %', what, message;
end;
$$;
comment on function leaderboard.note_failure(text, text, text) is
  'Counts a failure in a scheduled run, which health reports, and lets the run continue.';

create function leaderboard.note_period_failure(job text, period_id bigint, message text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform leaderboard.note_failure(job, format('The %s of period %s', job, period_id), message);
  insert into leaderboard.period_setbacks as setbacks (period_id, failed_count, last_failed_at)
  values (note_period_failure.period_id, 1, clock_timestamp())
  on conflict on constraint period_setbacks_pkey do update
  set failed_count = setbacks.failed_count + 1, last_failed_at = excluded.last_failed_at;
end;
$$;
comment on function leaderboard.note_period_failure(text, bigint, text) is
  'The same for one period, which then sorts behind the others in later runs.';

-- schemas/leaderboard/standings/scheduled_refreshes.sql

create function leaderboard.open_due_periods()
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  board public.boards;
  opened_count int := 0;
begin
  for board in
    select boards.* from public.boards
    where boards.is_active and boards.kind <> 'season'
      and not exists (
        select from leaderboard.board_periods as periods
        where periods.board_id = boards.id and (periods.starts_at is null or periods.starts_at <= now())
          and (periods.ends_at is null or periods.ends_at > now()))
    order by boards.id
  loop
    begin
      opened_count := opened_count + leaderboard.open_periods(board);
    exception when others then
      perform leaderboard.note_failure('refresh', 'Opening a period of ' || board.slug, sqlerrm);
    end;
  end loop;
  return opened_count;
end;
$$;
comment on function leaderboard.open_due_periods() is
  'Opens due periods of each active board, missed ones first; play continues while the previous one closes. A '
  'failing board does not affect others. Returns how many were opened.';

create function public.refresh_board(board text, as_of timestamptz default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  found_id bigint := (select boards.id from public.boards where boards.slug = refresh_board.board);
begin
  if found_id is null then
    perform platform.refuse(404, 'board_not_found', 'This board does not exist.', 'See the list of boards.');
  end if;
  perform leaderboard.open_due_periods();
  perform leaderboard.give_up_past_tiers();
  return leaderboard.refresh_period(leaderboard.current_period_id(found_id), refresh_board.as_of);
end;
$$;
comment on function public.refresh_board(text, timestamptz) is
  'Refreshes the current period of a board now, like the schedule. Definer: only the secret key may call it.';
grant execute on function public.refresh_board(text, timestamptz) to service_role;

create procedure leaderboard.refresh_due_boards(max_seconds int default 90)
language plpgsql
as $$
-- No "set search_path": Postgres forbids commits in procedures that have one, so every name here is
-- qualified.
declare
  -- For a statement timeout (two minutes when hosted) the whole call is one statement, and a procedure cannot
  -- change that. So it ends in time, and the next run continues.
  deadline timestamptz := pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => max_seconds);
  period_id bigint;
  is_canceled boolean := false;
begin
  if not leaderboard.begin_run('refresh') then
    return;
  end if;
  perform leaderboard.open_due_periods();
  commit;
  -- Another run may have begun between two transactions; then this one leaves the rest to it.
  if not leaderboard.hold_run('refresh') then
    return;
  end if;
  perform leaderboard.give_up_past_tiers();
  commit;
  for period_id in
    select periods.id from leaderboard.board_periods as periods
    join public.boards on boards.id = periods.board_id
    left join leaderboard.period_setbacks as setbacks on setbacks.period_id = periods.id
    where boards.is_active and periods.state = 'open'
      and (periods.starts_at is null or periods.starts_at <= pg_catalog.now())
    -- Least recently refreshed first, failed or not: those that had to wait come first in the next run, and a
    -- failing one does not keep coming first.
    order by greatest(periods.checked_at, setbacks.last_failed_at), periods.id
  loop
    if not leaderboard.hold_run('refresh') then
      return;
    end if;
    -- A failing board stays as it was and does not keep the others from being refreshed.
    begin
      perform leaderboard.refresh_period(period_id);
    exception when query_canceled or others then
      perform leaderboard.note_period_failure('refresh', period_id, sqlerrm);
      -- The statement timeout applied to the whole run, and so does an administrator's cancel.
      is_canceled := sqlstate = '57014';
    end;
    commit;
    exit when is_canceled or pg_catalog.clock_timestamp() > deadline;
  end loop;
  perform leaderboard.finish_run('refresh');
end;
$$;
comment on procedure leaderboard.refresh_due_boards(int) is
  'The scheduled job: opens due periods and refreshes each board in a separate transaction, least recently '
  'refreshed first, for the given time or until it is cancelled. A concurrent call counts itself as skipped and '
  'returns.';

-- schemas/leaderboard/standings/health.sql

-- The engine's report about itself.

create function public.get_leaderboard_health()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'run', (select to_jsonb(runs) - 'job' from leaderboard.refresh_runs as runs where runs.job = 'refresh'),
    'closing', (select to_jsonb(runs) - 'job' from leaderboard.refresh_runs as runs where runs.job = 'close'),
    'boards', coalesce(jsonb_agg(jsonb_build_object(
      'board', boards.slug, 'period_id', periods.id, 'state', periods.state, 'version', periods.version,
      'as_of', periods.as_of,
      -- A frozen period stays correct, and nothing waits for it, however long its archive takes.
      'checked_at', case periods.state when 'open' then periods.checked_at else now() end,
      'player_count', periods.player_count,
      'ends_at', periods.ends_at, 'closes_at', periods.ends_at + boards.close_grace,
      'is_overdue', coalesce(periods.ends_at + boards.close_grace < now() - interval '5 minutes', false),
      'last_refresh_ms', periods.last_refresh_ms,
      'skipped_count', coalesce(setbacks.skipped_count, 0),
      'failed_count', coalesce(setbacks.failed_count, 0),
      'last_failed_at', setbacks.last_failed_at,
      'overrun_count', periods.overrun_count,
      'waits_since', (
        select min(waiting.received_at) from (
          select events.received_at from public.score_events as events
          where periods.state = 'open' and events.transaction_id >= pg_snapshot_xmin(periods.applied_snapshot)
            and not pg_visible_in_snapshot(events.transaction_id, periods.applied_snapshot)
          order by events.transaction_id limit 1000
        ) as waiting)
    ) order by boards.id, periods.starts_at, periods.id), '[]'))
  from leaderboard.board_periods as periods
  join public.boards on boards.id = periods.board_id
  left join leaderboard.period_setbacks as setbacks on setbacks.period_id = periods.id
  where periods.state <> 'closed' and (boards.is_active or periods.state = 'closing')
    and (periods.starts_at is null or periods.starts_at <= now());
$$;
comment on function public.get_leaderboard_health() is
  'Health of the scheduled runs, for metrics: for refreshes (run) and closes (closing) the last run, durations, '
  'overruns of the 30 seconds, skips, postponed closes and failures; for each period that is not closed its '
  'version, age, duration, failures, when it closes, whether that is overdue by five minutes, and the oldest '
  'unapplied event. Definer: the tables are closed; only the secret key may call it.';
grant execute on function public.get_leaderboard_health() to service_role;

-- schemas/leaderboard/tiers/tiers.sql

create table public.player_tiers (
  board_id bigint not null references public.boards (id),
  player_id uuid not null references public.profiles (id),
  period_id bigint not null references leaderboard.board_periods (id),
  tier text not null check (tier in ('champion', 'silver', 'bronze', 'top_10', 'elite')),
  since timestamptz not null,
  primary key (board_id, player_id)
);
comment on table public.player_tiers is
  'One row is a tier a player holds now, after any hold on titles. Each title has at most one holder per board.';
comment on column public.player_tiers.period_id is
  'The period whose standings awarded it, the same for all tiers of a board: the current one, or the previous one '
  'until the current one has standings.';
create unique index player_tiers_title_idx on public.player_tiers (board_id, tier)
  where tier in ('champion', 'silver', 'bronze');
create index player_tiers_player_id_idx on public.player_tiers (player_id);

alter table public.player_tiers enable row level security;
grant select on public.player_tiers to authenticated, service_role;

create policy "Players see their own tiers, managers all"
  on public.player_tiers for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));

create function leaderboard.list_tiers()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['champion', 'silver', 'bronze', 'top_10', 'elite'];
$$;
comment on function leaderboard.list_tiers() is
  'All tiers, highest first. The first three are titles: one holder each.';

create function leaderboard.tier_of_position(at_position bigint)
returns text
language sql
immutable
set search_path = ''
return case
  when at_position = 1 then 'champion'
  when at_position = 2 then 'silver'
  when at_position = 3 then 'bronze'
  when at_position between 4 and 10 then 'top_10'
  when at_position between 11 and 100 then 'elite'
end;
comment on function leaderboard.tier_of_position(bigint) is
  'The tier of a position: titles for the first three, top_10, elite to 100, else null.';

create function leaderboard.tier_weight(tier text)
returns int
language sql
immutable
set search_path = ''
return coalesce(array_position(array['champion', 'silver', 'bronze', 'top_10', 'elite'], tier), 6);
comment on function leaderboard.tier_weight(text) is 'Lower is better; no tier is worst.';

-- Which tiers were official at a past version. Positions alone do not determine them: titles may be on hold,
-- and the tiers of one period last into the next.
create table leaderboard.tier_history (
  period_id bigint not null,
  player_id uuid not null,
  tier text not null,
  since_version bigint not null,
  until_version bigint check (until_version > since_version),
  primary key (period_id, player_id, since_version)
) with (autovacuum_vacuum_scale_factor = 0.05);
comment on table leaderboard.tier_history is
  'One row is a tier that a player officially held from since_version until before until_version of a period; '
  'without an end it is still held. A tier that changes between two versions changes with the later one.';
create index tier_history_until_idx on leaderboard.tier_history (period_id, until_version);

alter table leaderboard.tier_history enable row level security;

create function leaderboard.remember_tiers(period_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
  from_version bigint;
begin
  select periods.* into period from leaderboard.board_periods as periods where periods.id = remember_tiers.period_id;
  -- For a closed period the archive answers, and players who give a tier up later still held it.
  if period.state = 'closed' then
    return;
  end if;
  from_version := period.version + 1;
  delete from leaderboard.tier_history as history
  where history.period_id = period.id and history.until_version is null
    and history.since_version >= from_version;
  update leaderboard.tier_history as history set until_version = from_version
  where history.period_id = period.id and history.until_version is null
    and not exists (
      select from public.player_tiers as tiers
      where tiers.board_id = period.board_id and tiers.player_id = history.player_id
        and tiers.period_id = period.id and tiers.tier = history.tier);
  insert into leaderboard.tier_history (period_id, player_id, tier, since_version)
  select period.id, tiers.player_id, tiers.tier, from_version
  from public.player_tiers as tiers
  where tiers.board_id = period.board_id and tiers.period_id = period.id
    and not exists (
      select from leaderboard.tier_history as history
      where history.period_id = period.id and history.player_id = tiers.player_id
        and history.until_version is null);
  if found then
    -- The history is thinned and eventually deleted; this stays.
    update leaderboard.board_periods as periods set awarded_tiers = true
    where periods.id = period.id and not periods.awarded_tiers;
  end if;
end;
$$;
comment on function leaderboard.remember_tiers(bigint) is
  'Updates the history to the tiers held now, from the period''s next published version on, and records that the '
  'period awarded some. Called whenever tiers changed, and writes only differences.';

-- schemas/leaderboard/tiers/titles.sql

-- A title changes at the same moment as the position that earns it: a board holds titles only if an admin
-- configures that.

create table leaderboard.title_holds (
  board_id bigint not null references public.boards (id),
  period_id bigint not null references leaderboard.board_periods (id),
  place int not null check (place between 1 and 3),
  player_id uuid not null,
  seen_count int not null,
  primary key (board_id, place, player_id)
);
comment on table leaderboard.title_holds is
  'One row: this player has been within the first N (place) for this many further refreshes in a row. Rows exist '
  'only while the titles of the board differ from the first three; the next refresh keeps counting even if '
  'nothing is scored.';

alter table leaderboard.title_holds enable row level security;

create function leaderboard.count_title_holds(board_id bigint, period_id bigint, leaders uuid[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  delete from leaderboard.title_holds as holds
  where holds.board_id = count_title_holds.board_id
    and (holds.period_id <> count_title_holds.period_id
      or coalesce(array_position(leaders, holds.player_id), 4) > holds.place);
  insert into leaderboard.title_holds as holds (board_id, period_id, place, player_id, seen_count)
  select count_title_holds.board_id, count_title_holds.period_id, place, leader.player_id, 0
  from unnest(leaders) with ordinality as leader (player_id, position)
  cross join generate_series(leader.position, 3) as place
  on conflict on constraint title_holds_pkey do update set seen_count = holds.seen_count + 1;
end;
$$;
comment on function leaderboard.count_title_holds(bigint, bigint, uuid[]) is
  'Counts one more refresh for players still within the first one, two or three; starts over for others.';

create function leaderboard.settle_titles(board public.boards, period_id bigint, leaders uuid[])
returns uuid[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- By position; null if nobody still on the board holds the title.
  holders uuid[] := array(
    select standings.player_id
    from unnest(array['champion', 'silver', 'bronze']) with ordinality as title (tier, place)
    left join public.player_tiers as held on held.board_id = board.id and held.tier = title.tier
      and held.period_id = settle_titles.period_id
    left join leaderboard.standings on standings.period_id = settle_titles.period_id
      and standings.player_id = held.player_id and standings.order_key is not null
    order by title.place);
  titled uuid[] := '{}';
begin
  if board.title_hold_refreshes > 0 and array_remove(holders, null) <> '{}' then
    perform leaderboard.count_title_holds(board.id, settle_titles.period_id, leaders);
    for at_place in 1..3 loop
      titled := titled || array(
        select candidate.player_id
        from (
          select holds.player_id, 1 as turn from leaderboard.title_holds as holds
          where holds.board_id = board.id and holds.place = at_place
            and holds.seen_count >= board.title_hold_refreshes
          union all
          select holders[at_place], 2
          union all
          select leader, 3 from unnest(leaders) as leader
        ) as candidate
        where candidate.player_id is not null and candidate.player_id <> all (titled)
        order by candidate.turn, candidate.player_id is distinct from holders[at_place],
          array_position(leaders, candidate.player_id)
        limit 1);
    end loop;
  else
    titled := leaders;
  end if;
  if titled = leaders then
    delete from leaderboard.title_holds as holds where holds.board_id = board.id;
  end if;
  return titled;
end;
$$;
comment on function leaderboard.settle_titles(public.boards, bigint, uuid[]) is
  'The official holders of the titles, in order. The first, second and third title each go to a player who stayed '
  'within the first one, two or three for the board''s number of further refreshes and has no higher title: the '
  'current holder first, then by position. If nobody qualifies, the holder keeps the title; if the holder has '
  'left the board, it passes on immediately. So each title is held separately: while two players swap second '
  'place, a new leader still becomes champion. In a new period the first leaders take all at once.';

-- A board that holds titles states when they follow.
create function leaderboard.titles_due_at(board public.boards, period leaderboard.board_periods)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if not exists (
    select from leaderboard.title_holds as holds
    where holds.board_id = board.id and holds.period_id = period.id)
  then
    return null;
  end if;
  return (
    select jsonb_agg(case when held.tier is distinct from leaderboard.tier_of_position(waiting.place)
      then period.as_of + greatest(1, waiting.refreshes) * interval '30 seconds' end order by waiting.place)
    from (
      -- Nobody takes a title before everyone above has theirs.
      select leaders.player_id, leaders.place,
        max(board.title_hold_refreshes - coalesce(holds.seen_count, 0)) over (order by leaders.place) as refreshes
      from (
        select listed.player_id, row_number() over (order by listed.order_key) as place
        from (
          select standings.player_id, standings.order_key from leaderboard.standings
          where standings.period_id = period.id and standings.order_key is not null
          order by standings.order_key
          limit 3
        ) as listed
      ) as leaders
      left join leaderboard.title_holds as holds on holds.board_id = board.id and holds.place = leaders.place
        and holds.player_id = leaders.player_id
    ) as waiting
    left join public.player_tiers as held on held.board_id = board.id and held.player_id = waiting.player_id
      and held.period_id = period.id);
end;
$$;
comment on function leaderboard.titles_due_at(public.boards, leaderboard.board_periods) is
  'When each of the first three takes the title of their position if nobody overtakes them until then; null for a '
  'title that already matches, and null as a whole if all do. Boards are refreshed every 30 seconds.';

-- schemas/leaderboard/tiers/publishing.sql

create function leaderboard.change_tiers(
  board public.boards, period_id bigint, at_version bigint, as_of timestamptz)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  change_count int := (select count(*) from pg_temp.refresh_tiers);
begin
  if change_count = 0 then
    return 0;
  end if;
  -- Removed before added, so no title ever has two holders, in whatever order it is read.
  delete from public.player_tiers as tiers
  using pg_temp.refresh_tiers as changed
  where tiers.board_id = board.id and tiers.player_id = changed.player_id;
  insert into public.player_tiers (board_id, player_id, period_id, tier, since)
  select board.id, changed.player_id, change_tiers.period_id, changed.tier_after, change_tiers.as_of
  from pg_temp.refresh_tiers as changed
  where changed.tier_after is not null;
  insert into platform.outbox (name, data)
  select 'leaderboard/tier.changed', jsonb_build_object(
    'board', board.slug, 'period_id', change_tiers.period_id, 'version', at_version,
    'player_id', changed.player_id, 'tier_before', changed.tier_before, 'tier_after', changed.tier_after)
  from pg_temp.refresh_tiers as changed
  where changed.player_id in (select followed.player_id from leaderboard.followed_players as followed)
  order by leaderboard.tier_weight(changed.tier_after) < leaderboard.tier_weight(changed.tier_before),
    leaderboard.tier_weight(changed.tier_before);
  return change_count;
end;
$$;
comment on function leaderboard.change_tiers(public.boards, bigint, bigint, timestamptz) is
  'Applies the list of refresh_tiers and writes tier.changed for linked and subscribed players, losses before '
  'gains; returns the number of players whose tiers changed.';

create function leaderboard.publish_tiers(
  board public.boards, period_id bigint, at_version bigint, as_of timestamptz, top uuid[])
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  titled uuid[];
  former_period_id bigint;
  change_count int;
begin
  if top = '{}' and not exists (
    select from public.player_tiers as tiers
    where tiers.board_id = board.id and tiers.period_id = publish_tiers.period_id)
  then
    return leaderboard.give_up_unlisted_tiers(board);
  end if;
  titled := leaderboard.settle_titles(board, publish_tiers.period_id, top[1:3]);
  select tiers.period_id into former_period_id from public.player_tiers as tiers
  where tiers.board_id = board.id and tiers.period_id <> publish_tiers.period_id limit 1;
  if found then
    -- A new period begins to award: its tiers replace those of the last one, and players who keep theirs keep
    -- their date.
    update public.player_tiers as tiers set period_id = publish_tiers.period_id
    where tiers.board_id = board.id and tiers.period_id <> publish_tiers.period_id;
    perform leaderboard.remember_tiers(former_period_id);
  end if;
  insert into pg_temp.refresh_tiers (player_id, tier_before, tier_after)
  select player_id, held.tier, earned.tier
  from (
    select title.player_id, leaderboard.tier_of_position(title.place) as tier
    from unnest(titled) with ordinality as title (player_id, place)
    union all
    select ranked.player_id, case when ranked.place <= 10 then 'top_10' else 'elite' end
    from unnest(top) with ordinality as ranked (player_id, place)
    where ranked.player_id <> all (titled)
  ) as earned
  full join (
    select tiers.player_id, tiers.tier from public.player_tiers as tiers where tiers.board_id = board.id
  ) as held using (player_id)
  where held.tier is distinct from earned.tier;
  change_count := leaderboard.change_tiers(board, publish_tiers.period_id, at_version, publish_tiers.as_of);
  if change_count > 0 or former_period_id is not null then
    perform leaderboard.remember_tiers(publish_tiers.period_id);
  end if;
  return change_count;
end;
$$;
comment on function leaderboard.publish_tiers(public.boards, bigint, bigint, timestamptz, uuid[]) is
  'Updates player_tiers to the first hundred; returns the number of players whose tiers changed. A period without '
  'standings takes nothing away from listed players: the tiers of the previous one stay until somebody scores. '
  'Writes nothing if no tier changes.';

create function leaderboard.awards_tiers_now(board public.boards, period_id bigint)
returns boolean
language sql
stable
set search_path = ''
as $$
  select board.awards_tiers and (
    leaderboard.current_period_id(board.id) = awards_tiers_now.period_id
    or exists (
      select from public.player_tiers as tiers
      where tiers.board_id = board.id and tiers.period_id = awards_tiers_now.period_id));
$$;
comment on function leaderboard.awards_tiers_now(public.boards, bigint) is
  'Whether a refresh of this period awards tiers: the current one, and the previous one while its tiers stand.';

-- schemas/leaderboard/tiers/withdrawal.sql

-- Tiers that end although no standings require it.

create function leaderboard.tiers_period(board_id bigint)
returns leaderboard.board_periods
language plpgsql
stable
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
begin
  select periods.* into period
  from public.player_tiers as tiers
  join leaderboard.board_periods as periods on periods.id = tiers.period_id
  where tiers.board_id = tiers_period.board_id
  limit 1;
  return period;
end;
$$;
comment on function leaderboard.tiers_period(bigint) is
  'The period that awarded the board''s tiers, not always the current one; null while nobody holds any.';

create function leaderboard.give_up_unlisted_tiers(board public.boards)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods := leaderboard.tiers_period(board.id);
  unlisted uuid[];
begin
  -- A period that is still open gives up its own tiers with its next version.
  if period.id is null or period.state = 'open' then
    return 0;
  end if;
  -- The condition is that of collect_changes.
  select array_agg(profiles.id) into unlisted
  from public.player_tiers as tiers
  join public.profiles on profiles.id = tiers.player_id
  where tiers.board_id = board.id
    and not (profiles.visibility <> 'hidden' and profiles.is_ranked and profiles.left_at is null);
  if unlisted is null then
    return 0;
  end if;
  perform leaderboard.prepare_refresh_tables();
  insert into pg_temp.refresh_tiers (player_id, tier_before)
  select tiers.player_id, tiers.tier from public.player_tiers as tiers
  where tiers.board_id = board.id and tiers.player_id = any (unlisted);
  return leaderboard.change_tiers(board, period.id, period.version, now());
end;
$$;
comment on function leaderboard.give_up_unlisted_tiers(public.boards) is
  'Withdraws tiers kept from a past period from players who may no longer be listed; nobody moves up in a past '
  'period. Returns how many.';

create function leaderboard.give_up_past_tiers()
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  board public.boards;
  given_up_count int := 0;
begin
  for board in
    select boards.* from public.boards
    where exists (
      select from public.player_tiers as tiers
      join leaderboard.board_periods as periods on periods.id = tiers.period_id and periods.state <> 'open'
      where tiers.board_id = boards.id)
    order by boards.id
  loop
    begin
      -- A concurrent refresh may be replacing them all; then nothing is left to do next time.
      if pg_try_advisory_xact_lock(hashtextextended('leaderboard/board', board.id)) then
        given_up_count := given_up_count + leaderboard.give_up_unlisted_tiers(board);
      end if;
    exception when others then
      perform leaderboard.note_failure('refresh', 'Taking back tiers of ' || board.slug, sqlerrm);
    end;
  end loop;
  return given_up_count;
end;
$$;
comment on function leaderboard.give_up_past_tiers() is
  'give_up_unlisted_tiers for every board with tiers kept from a past period: while nobody has scored since, or '
  'until the next season, no refresh publishes tiers. Returns how many were withdrawn.';

create function leaderboard.take_tiers_back(board public.boards)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods := leaderboard.tiers_period(board.id);
begin
  if period.id is not null then
    perform leaderboard.prepare_refresh_tables();
    insert into pg_temp.refresh_tiers (player_id, tier_before)
    select tiers.player_id, tiers.tier from public.player_tiers as tiers where tiers.board_id = board.id;
    perform leaderboard.change_tiers(board, period.id, period.version, now());
    perform leaderboard.remember_tiers(period.id);
  end if;
  delete from leaderboard.title_holds as holds where holds.board_id = board.id;
end;
$$;
comment on function leaderboard.take_tiers_back(public.boards) is
  'Withdraws all tiers of a board, whichever period awarded them and however long titles are held, and announces '
  'it. Under the board''s lock.';

create function leaderboard.on_board_award_end_take_tiers_back()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- One at a time, like a refresh, so none awards tiers after this.
  perform pg_advisory_xact_lock(hashtextextended('leaderboard/board', new.id));
  perform leaderboard.take_tiers_back(new);
  -- Awards of earlier periods had been taken over, and stay in their archives.
  update leaderboard.board_periods as periods set awarded_tiers = false
  where periods.state = 'open' and periods.id = (
    select latest.id from leaderboard.board_periods as latest
    where latest.board_id = new.id and latest.awarded_tiers
    order by latest.starts_at desc nulls last
    limit 1);
  return null;
end;
$$;
comment on function leaderboard.on_board_award_end_take_tiers_back() is
  'A board that no longer awards tiers withdraws those it awarded, and announces it; the archive of the period '
  'that awarded them shows none. Definer: the tables are closed.';

-- Triggers fire by name: this one before on_board_update_catch_up, because the board's lock comes before
-- rendered tops.
create trigger on_board_award_end_take_tiers_back
  after update of awards_tiers on public.boards
  for each row
  when (old.awards_tiers and not new.awards_tiers)
  execute function leaderboard.on_board_award_end_take_tiers_back();

-- schemas/leaderboard/news/followers.sql

-- Players who are notified about their own rank: they linked a Discord account, or subscribed.

create table leaderboard.rank_subscriptions (
  player_id uuid primary key references public.profiles (id),
  subscribed_at timestamptz not null default now()
);
comment on table leaderboard.rank_subscriptions is
  'Players without a linked Discord account who want events about their own position; linked players always get '
  'them.';

alter table leaderboard.rank_subscriptions enable row level security;

create view leaderboard.followed_players as
  select links.player_id from public.discord_links as links
  union
  select subscriptions.player_id from leaderboard.rank_subscriptions as subscriptions;
comment on view leaderboard.followed_players is
  'Followers: players who are linked to Discord, or subscribed.';

create table leaderboard.watched_positions (
  period_id bigint not null references leaderboard.board_periods (id),
  player_id uuid not null references public.profiles (id),
  position bigint not null,
  told_position bigint not null,
  order_key bytea not null,
  primary key (period_id, player_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
comment on table leaderboard.watched_positions is
  'One row is the last published position of a linked or subscribed player.';
comment on column leaderboard.watched_positions.told_position is
  'The last announced position, from which the next rank.changed starts: many small shifts add up to one '
  'announcement.';
create index watched_positions_player_id_idx on leaderboard.watched_positions (player_id);

alter table leaderboard.watched_positions enable row level security;

create function public.follow_own_rank(follow boolean, acting_player_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(follow_own_rank.acting_player_id);
begin
  if follow_own_rank.follow is null then
    perform platform.refuse(400, 'invalid_follow', 'Follow is true or false.', 'Send one of them.');
  elsif follow_own_rank.follow then
    insert into leaderboard.rank_subscriptions (player_id) values (actor) on conflict do nothing;
  else
    delete from leaderboard.rank_subscriptions as subscriptions where subscriptions.player_id = actor;
  end if;
  return jsonb_build_object('player_id', actor, 'follows_rank', follow_own_rank.follow);
end;
$$;
comment on function public.follow_own_rank(boolean, uuid) is
  'Subscribes the caller''s player to events about their own rank, or ends it, from the next refresh on. '
  'Idempotent. Linked players get the events anyway. Definer: the table is closed; writes only the caller''s row.';
grant execute on function public.follow_own_rank(boolean, uuid) to authenticated, service_role;

-- schemas/leaderboard/standings/player_marks.sql

-- Player attributes other than points: who is visible, who is followed.

create table leaderboard.player_marks (
  id bigint generated always as identity primary key,
  player_id uuid not null,
  is_face boolean not null default false,
  transaction_id xid8 not null default pg_current_xact_id()
);
comment on table leaderboard.player_marks is
  'One row: something other than a score changed whether, how, or how closely followed this player is shown on '
  'the boards.';
comment on column leaderboard.player_marks.is_face is
  'Only a name or a picture changed, which matters only to boards that show it among their first hundred.';
create index player_marks_transaction_id_idx on leaderboard.player_marks (transaction_id);

alter table leaderboard.player_marks enable row level security;

create function leaderboard.mark_player()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into leaderboard.player_marks (player_id) values (case when tg_op = 'DELETE' then old.player_id
    else new.player_id end);
  return null;
end;
$$;
comment on function leaderboard.mark_player() is
  'Marks a player for the next refresh. Definer: the marks are closed.';

create trigger on_discord_links_change_mark_player
  after insert or delete on public.discord_links
  for each row execute function leaderboard.mark_player();
create trigger on_rank_subscriptions_change_mark_player
  after insert or delete on leaderboard.rank_subscriptions
  for each row execute function leaderboard.mark_player();

create function leaderboard.withdraw_pages(period_ids bigint[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- Locked in one order by everybody, even if the page is already withdrawn: a refresh that holds the row may
  -- have read the old data and be about to store a page.
  perform from leaderboard.board_tops as tops
  where tops.period_id = any (withdraw_pages.period_ids) order by tops.period_id for update;
  update leaderboard.board_tops as tops set page = null
  where tops.period_id = any (withdraw_pages.period_ids) and tops.page is not null;
end;
$$;
comment on function leaderboard.withdraw_pages(bigint[]) is
  'Withdraws the rendered pages of these periods: until the next refresh they are rendered on each read.';

create function leaderboard.await_pages()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform from leaderboard.board_tops as tops
  join leaderboard.board_periods as periods on periods.id = tops.period_id and periods.state = 'open'
  order by tops.period_id
  for update of tops;
end;
$$;
comment on function leaderboard.await_pages() is
  'Waits for each refresh that is about to publish a page, and blocks others until the end of the transaction. A '
  'player who is not on a page yet may be on the next one, rendered before they hid.';

create function leaderboard.find_pages_of(player_ids uuid[])
returns bigint[]
language plpgsql
stable
set search_path = ''
-- Planned for the actual players: they are hashed if they are many.
set plan_cache_mode = force_custom_plan
as $$
begin
  -- A period that is not open has no rendered page any more.
  return array(
    select tops.period_id from leaderboard.board_periods as periods
    join leaderboard.board_tops as tops on tops.period_id = periods.id
    where periods.state = 'open' and exists (
      select from unnest(tops.player_ids) as shown (player_id)
      where shown.player_id = any (find_pages_of.player_ids)));
end;
$$;
comment on function leaderboard.find_pages_of(uuid[]) is
  'The open periods that show any of these players among their published first hundred.';

create function leaderboard.withdraw_pages_before_rule(metric text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if not exists (select from public.score_rules as rules where rules.metric = withdraw_pages_before_rule.metric) then
    perform leaderboard.withdraw_pages(array(
      select periods.id from leaderboard.board_periods as periods
      join public.boards on boards.id = periods.board_id
      where boards.metrics is null and periods.state = 'open'));
  end if;
end;
$$;
comment on function leaderboard.withdraw_pages_before_rule(text) is
  'Before a metric gets its first rule: withdraws the pages of the boards that count every metric and list them.';

create function leaderboard.on_profiles_update_mark_players()
returns trigger
language plpgsql
security definer
set search_path = ''
-- The cached plan may have been made for a statement that changed one player only.
set enable_nestloop = off
as $$
declare
  changed_ids uuid[];
  is_face_only boolean;
begin
  with changed as (
    select after.id, (after.visibility, after.is_ranked, after.left_at)
      is not distinct from (before.visibility, before.is_ranked, before.left_at) as is_face
    from profiles_after as after
    join profiles_before as before using (id)
    where (after.visibility, after.is_ranked, after.left_at, after.username, after.display_name,
        after.avatar_url)
      is distinct from (before.visibility, before.is_ranked, before.left_at, before.username,
        before.display_name, before.avatar_url)
  ),
  marked as (
    insert into leaderboard.player_marks (player_id, is_face)
    select changed.id, changed.is_face from changed
    returning player_marks.player_id, player_marks.is_face
  )
  select array_agg(marked.player_id), bool_and(marked.is_face) into changed_ids, is_face_only from marked;
  if changed_ids is not null then
    if not is_face_only then
      perform leaderboard.await_pages();
    end if;
    perform leaderboard.withdraw_pages(leaderboard.find_pages_of(changed_ids));
  end if;
  return null;
end;
$$;
comment on function leaderboard.on_profiles_update_mark_players() is
  'Marks the players for the next refresh and withdraws rendered pages at once, so nobody is named after hiding. '
  'Once per statement, however many players it changes. Definer: the tables are closed.';

create trigger on_profiles_update_mark_players
  after update on public.profiles
  referencing old table as profiles_before new table as profiles_after
  for each statement execute function leaderboard.on_profiles_update_mark_players();

-- schemas/leaderboard/standings/changes.sql

-- The first half of a refresh: what changed since the last one, applied to standings and their history.

create function leaderboard.prepare_refresh_tables()
returns void
language plpgsql
volatile
set search_path = ''
set client_min_messages = warning
as $$
begin
  -- Session-local scratch space: no WAL, no bloat in shared tables, emptied at each commit.
  create temporary table if not exists refresh_changes (
    player_id uuid not null,
    is_new boolean not null,
    old_score bigint,
    old_event_count int,
    old_has_scored boolean,
    old_reached_at timestamptz,
    old_key bytea,
    old_since bigint,
    score bigint not null,
    event_count int not null,
    has_scored boolean not null,
    reached_at timestamptz not null,
    new_key bytea,
    is_changed boolean not null generated always as (
      is_new or new_key is distinct from old_key or score <> old_score or event_count <> old_event_count
      or has_scored <> old_has_scored or reached_at <> old_reached_at) stored
  ) on commit delete rows;
  create temporary table if not exists refresh_nodes (
    prefix bytea not null,
    old_cumulative int[] not null,
    old_since bigint not null,
    cumulative int[] not null,
    bytes int[] not null,
    deltas int[] not null
  ) on commit delete rows;
  create temporary table if not exists refresh_tiers (
    player_id uuid not null, tier_before text, tier_after text
  ) on commit delete rows;
  create temporary table if not exists refresh_ranks (
    player_id uuid not null, is_news boolean not null, told_position bigint,
    position_before bigint, position_after bigint, order_key bytea, score bigint, score_before bigint
  ) on commit delete rows;
  truncate pg_temp.refresh_changes, pg_temp.refresh_nodes, pg_temp.refresh_tiers, pg_temp.refresh_ranks;
end;
$$;
comment on function leaderboard.prepare_refresh_tables() is
  'Empties the scratch tables of a refresh, creating them in a new session.';

create function leaderboard.has_news(applied pg_snapshot)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Ordered, so the index is read from the oldest transaction that could be new, whatever the planner
  -- estimates.
  perform from public.score_events as events
  where events.transaction_id >= pg_snapshot_xmin(has_news.applied)
    and not pg_visible_in_snapshot(events.transaction_id, has_news.applied)
    and pg_visible_in_snapshot(events.transaction_id, pg_current_snapshot())
  order by events.transaction_id
  limit 1;
  if found then
    return true;
  end if;
  perform from leaderboard.player_marks as marks
  where marks.transaction_id >= pg_snapshot_xmin(has_news.applied)
    and not pg_visible_in_snapshot(marks.transaction_id, has_news.applied)
    and pg_visible_in_snapshot(marks.transaction_id, pg_current_snapshot())
  order by marks.transaction_id
  limit 1;
  return found;
end;
$$;
comment on function leaderboard.has_news(pg_snapshot) is
  'Whether any event or mark was committed that is not in the given snapshot. Two index reads.';

create function leaderboard.shows_new_faces(period_id bigint, applied pg_snapshot, seen pg_snapshot)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from leaderboard.player_marks as marks
    join leaderboard.board_tops as tops on tops.period_id = shows_new_faces.period_id
    where marks.is_face and marks.transaction_id >= pg_snapshot_xmin(applied)
      and not pg_visible_in_snapshot(marks.transaction_id, applied)
      and pg_visible_in_snapshot(marks.transaction_id, seen)
      and marks.player_id = any (tops.player_ids));
$$;
comment on function leaderboard.shows_new_faces(bigint, pg_snapshot, pg_snapshot) is
  'Whether one of the published first hundred got a new name or picture between two snapshots. That withdrew '
  'their page, unless they came onto it in a concurrent refresh.';

create function leaderboard.leave_out_own(seen pg_snapshot)
returns pg_snapshot
language sql
stable
set search_path = ''
as $$
  select case
    when own.id >= pg_snapshot_xmax(leave_out_own.seen) then leave_out_own.seen
    else format('%s:%s:%s', least(pg_snapshot_xmin(leave_out_own.seen), own.id),
      pg_snapshot_xmax(leave_out_own.seen), (
        select string_agg(running.id::text, ',' order by running.id)
        from (select pg_snapshot_xip(leave_out_own.seen) as id union select own.id) as running))::pg_snapshot
  end
  from (select pg_current_xact_id() as id) as own;
$$;
comment on function leaderboard.leave_out_own(pg_snapshot) is
  'The snapshot with the current transaction among the running ones, which a snapshot never includes: its writes '
  'after a refresh would otherwise count as applied, and be lost.';

create function leaderboard.collect_changes(period leaderboard.board_periods, metrics text[])
returns pg_snapshot
language plpgsql
volatile
set search_path = ''
set random_page_cost = 1.1
set work_mem = '64MB'
as $$
declare
  snapshot pg_snapshot;
begin
  -- One statement, so one snapshot: what it sees is applied, and the same snapshot is stored as applied. A
  -- transaction still open now, including this one, is in neither, whenever it began, and comes with a later
  -- refresh, once. Replanned each time: the first refresh of a period reads by time, all later ones by
  -- transaction.
  execute $query$
    with seen as materialized (
      select leaderboard.leave_out_own(pg_current_snapshot()) as snapshot,
        exists (select from leaderboard.late_routes as routes where routes.period_id = $5) as has_routes
    ),
    news as (
      select events.player_id, events.points, events.occurred_at, events.voids_id
      from public.score_events as events
      where events.transaction_id >= pg_snapshot_xmin($1)
        and not pg_visible_in_snapshot(events.transaction_id, $1)
        and pg_visible_in_snapshot(events.transaction_id, (select seen.snapshot from seen))
        and events.counts_at >= $2 and events.counts_at < $3
        and ($4 is null or events.metric = any ($4))
      union all
      select events.player_id, events.points, events.occurred_at, events.voids_id
      from leaderboard.late_routes as routes
      join public.score_events as events on events.id = routes.event_id
      where (select seen.has_routes from seen) and routes.period_id = $5
        and events.transaction_id >= pg_snapshot_xmin($1)
        and not pg_visible_in_snapshot(events.transaction_id, $1)
        and pg_visible_in_snapshot(events.transaction_id, (select seen.snapshot from seen))
    ),
    fresh as (
      select news.player_id, sum(news.points)::bigint as points, min(news.occurred_at) as first_at,
        max(news.occurred_at) filter (where news.points <> 0) as scored_at,
        (count(*) - 2 * count(news.voids_id))::int as event_count
      from news
      group by news.player_id
    ),
    marked as (
      select distinct marks.player_id
      from leaderboard.player_marks as marks
      where marks.transaction_id >= pg_snapshot_xmin($1) and not marks.is_face
        and not pg_visible_in_snapshot(marks.transaction_id, $1)
        and pg_visible_in_snapshot(marks.transaction_id, (select seen.snapshot from seen))
    ),
    touched as (
      select player_id, fresh.points, fresh.first_at, fresh.scored_at, fresh.event_count
      from fresh full join marked using (player_id)
    ),
    filled as (
      insert into pg_temp.refresh_changes (player_id, is_new, old_score, old_event_count, old_has_scored,
        old_reached_at, old_key, old_since, score, event_count, has_scored, reached_at, new_key)
      select touched.player_id, standings.player_id is null,
        standings.score, standings.event_count, standings.has_scored, standings.reached_at,
        standings.order_key, standings.since_version,
        result.score, result.event_count, result.has_scored, result.reached_at,
        case when profiles.visibility <> 'hidden' and profiles.is_ranked and profiles.left_at is null
          and result.event_count > 0
          then leaderboard.order_key(result.score, result.reached_at, touched.player_id) end
      from touched
      join public.profiles on profiles.id = touched.player_id
      left join leaderboard.standings on standings.period_id = $5 and standings.player_id = touched.player_id
      cross join lateral (
        select coalesce(standings.score, 0) + coalesce(touched.points, 0) as score,
          coalesce(standings.event_count, 0) + coalesce(touched.event_count, 0) as event_count,
          coalesce(standings.has_scored, false) or touched.scored_at is not null as has_scored,
          coalesce(
            greatest(case when standings.has_scored then standings.reached_at end, touched.scored_at),
            least(standings.reached_at, touched.first_at)) as reached_at
      ) as result
      where result.reached_at is not null
      returning 1
    )
    select seen.snapshot from seen
    $query$
  into snapshot
  using coalesce(period.applied_snapshot, '1:1:'::pg_snapshot), coalesce(period.starts_at, '-infinity'),
    coalesce(period.ends_at, 'infinity'), metrics, period.id;
  analyze pg_temp.refresh_changes;
  return snapshot;
end;
$$;
comment on function leaderboard.collect_changes(leaderboard.board_periods, text[]) is
  'Fills refresh_changes with every player touched since the applied snapshot, before and after, and returns the '
  'snapshot that is then applied. Reads only, apart from scratch tables.';

create function leaderboard.apply_changes(period_id bigint, to_version bigint)
returns int
language plpgsql
volatile
set search_path = ''
set random_page_cost = 1.1
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  changed_count int;
begin
  insert into leaderboard.standing_history
    (period_id, player_id, score, event_count, reached_at, order_key, since_version, until_version)
  select apply_changes.period_id, changes.player_id, changes.old_score, changes.old_event_count,
    changes.old_reached_at, changes.old_key, changes.old_since, apply_changes.to_version
  from pg_temp.refresh_changes as changes
  where changes.is_changed and not changes.is_new;
  update leaderboard.standings
  set score = changes.score, event_count = changes.event_count, has_scored = changes.has_scored,
    reached_at = changes.reached_at, order_key = changes.new_key, since_version = apply_changes.to_version
  from pg_temp.refresh_changes as changes
  where changes.is_changed and not changes.is_new
    and standings.period_id = apply_changes.period_id and standings.player_id = changes.player_id;
  insert into leaderboard.standings
    (period_id, player_id, score, event_count, has_scored, reached_at, order_key, since_version)
  select apply_changes.period_id, changes.player_id, changes.score, changes.event_count, changes.has_scored,
    changes.reached_at, changes.new_key, apply_changes.to_version
  from pg_temp.refresh_changes as changes
  where changes.is_new
  order by changes.new_key;
  select count(*) into changed_count from pg_temp.refresh_changes as changes where changes.is_changed;
  return changed_count;
end;
$$;
comment on function leaderboard.apply_changes(bigint, bigint) is
  'Writes only what changed to standings and keeps the replaced rows; returns the number of changed players.';

-- schemas/leaderboard/news/rank_news.sql

create function leaderboard.is_rank_news(board public.boards, told bigint, now_at bigint, is_own_score boolean)
returns boolean
language sql
immutable
set search_path = ''
return board.announces_ranks and told is distinct from now_at and (
  is_own_score or told is null or now_at is null
  or least(told, now_at) <= board.rank_news_top
  or abs(now_at - told) >= board.rank_news_min_places);
comment on function leaderboard.is_rank_news(public.boards, bigint, bigint, boolean) is
  'Whether a follower of the board is notified: on or off the board, moved by the own score, at the top, or far '
  'enough from the last announced position.';

create function leaderboard.announce_ranks(board public.boards, period_id bigint, at_version bigint)
returns void
language plpgsql
volatile
set search_path = ''
set random_page_cost = 1.1
as $$
declare
  first_key bytea;
  last_key bytea;
  balance int;
begin
  -- Nobody is notified, so nothing is remembered, and stale positions are deleted.
  if not board.announces_ranks
    and not exists (select from leaderboard.milestones where milestones.board_id = board.id)
  then
    delete from leaderboard.watched_positions as watched where watched.period_id = announce_ranks.period_id;
    return;
  end if;
  -- Followers whose own score changed, and new followers: counted one by one.
  with followed as materialized (
    -- Filtered before anyone is counted, because counting all changed players would take most of the refresh.
    select changes.player_id, changes.old_key, changes.new_key, changes.score, changes.old_score, watched.position,
      watched.told_position
    from pg_temp.refresh_changes as changes
    left join leaderboard.watched_positions as watched
      on watched.period_id = announce_ranks.period_id and watched.player_id = changes.player_id
    where (changes.is_changed or watched.player_id is null)
      and changes.player_id in (select players.player_id from leaderboard.followed_players as players)
  ),
  placed as materialized (
    select followed.player_id, followed.new_key, followed.score, followed.old_score,
      coalesce(followed.position, former.position) as position_before,
      coalesce(followed.told_position, former.position) as told_position,
      leaderboard.count_ahead(announce_ranks.period_id, followed.new_key) + 1 as position_after
    from followed
    -- New followers start from the previously published position. Nobody else is looked up in the past.
    cross join lateral (
      select case when followed.position is null
        then leaderboard.count_ahead_at(announce_ranks.period_id, at_version - 1, followed.old_key) + 1 end as position
    ) as former
  )
  insert into pg_temp.refresh_ranks
  select placed.player_id,
    leaderboard.is_rank_news(board, placed.told_position, placed.position_after,
      placed.score is distinct from placed.old_score),
    placed.told_position, placed.position_before, placed.position_after, placed.new_key, placed.score,
    coalesce(placed.old_score, 0)
  from placed;
  delete from leaderboard.watched_positions as watched
  using pg_temp.refresh_changes as changes
  where watched.period_id = announce_ranks.period_id and watched.player_id = changes.player_id
    and (changes.new_key is null
      or changes.player_id not in (select followed.player_id from leaderboard.followed_players as followed));
  insert into leaderboard.watched_positions (period_id, player_id, position, told_position, order_key)
  select announce_ranks.period_id, ranks.player_id, ranks.position_after,
    case when ranks.is_news or not board.announces_ranks then ranks.position_after
      else coalesce(ranks.told_position, ranks.position_after) end,
    ranks.order_key
  from pg_temp.refresh_ranks as ranks
  where ranks.position_after is not null
  on conflict on constraint watched_positions_pkey do update
  set position = excluded.position, told_position = excluded.told_position, order_key = excluded.order_key;
  -- All other followers: shifted by players who moved past them, in one ordered pass. Nobody before the first
  -- moved key shifts, and nobody after the last one unless the board grew or shrank.
  with moved as (
    select changes.old_key as order_key, -1 as delta from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.old_key is not null
    union all
    select changes.new_key, 1 from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.new_key is not null
  )
  select (select moved.order_key from moved order by moved.order_key limit 1),
    (select moved.order_key from moved order by moved.order_key desc limit 1),
    (select sum(moved.delta) from moved)
  into first_key, last_key, balance;
  with signals as (
    select changes.old_key as order_key, -1 as delta, null::uuid as player_id, null::bigint as position,
      null::bigint as told_position
    from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.old_key is not null
    union all
    select changes.new_key, 1, null, null, null
    from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.new_key is not null
    union all
    select watched.order_key, 0, watched.player_id, watched.position, watched.told_position
    from leaderboard.watched_positions as watched
    where watched.period_id = announce_ranks.period_id and watched.order_key > first_key
      and (balance <> 0 or watched.order_key < last_key)
      and not exists (select from pg_temp.refresh_ranks as ranks where ranks.player_id = watched.player_id)
  ),
  shifted as (
    select signals.player_id, signals.position, signals.told_position,
      sum(signals.delta) over (order by signals.order_key rows unbounded preceding) as shift
    from signals
  ),
  judged as (
    select shifted.player_id, shifted.position as position_before, shifted.told_position,
      shifted.position + shifted.shift as position_after,
      leaderboard.is_rank_news(board, shifted.told_position, (shifted.position + shifted.shift)::bigint, false)
        as is_news
    from shifted
    where shifted.player_id is not null and shifted.shift <> 0
  ),
  written as (
    update leaderboard.watched_positions as watched
    set position = judged.position_after,
      told_position = case when judged.is_news or not board.announces_ranks then judged.position_after
        else judged.told_position end
    from judged
    where watched.period_id = announce_ranks.period_id and watched.player_id = judged.player_id
    returning judged.*
  )
  insert into pg_temp.refresh_ranks
  select written.player_id, written.is_news, written.told_position, written.position_before,
    written.position_after, null, standings.score, standings.score
  from written
  join leaderboard.standings
    on standings.period_id = announce_ranks.period_id and standings.player_id = written.player_id;
  insert into platform.outbox (name, data)
  select 'leaderboard/rank.changed', jsonb_build_object(
    'board', board.slug, 'period_id', announce_ranks.period_id, 'version', at_version,
    'player_id', ranks.player_id, 'position_before', ranks.told_position,
    'position_after', ranks.position_after, 'score', ranks.score)
  from pg_temp.refresh_ranks as ranks
  where ranks.is_news
  order by ranks.position_after nulls last;
end;
$$;
comment on function leaderboard.announce_ranks(public.boards, bigint, bigint) is
  'Writes rank.changed once for each follower whose position differs from the last announced one by as much as '
  'the board requires (is_rank_news), and remembers the new one: position_before is always the previous '
  'position_after, or the position published before for new followers, or while nothing was announced. Off the '
  'board: position_after null. The same for every period that accepts events, so the last announcement matches '
  'the archive within the board''s thresholds.';

-- schemas/leaderboard/news/milestones.sql

create table leaderboard.milestones (
  board_id bigint not null references public.boards (id),
  milestone text not null check (milestone ~ '^[a-z][a-z0-9_]{0,62}$'),
  kind text not null check (kind in ('score', 'position')),
  threshold bigint not null check (threshold > 0),
  primary key (board_id, milestone)
);
comment on table leaderboard.milestones is
  'One row: reaching this score, or this position or better, is announced once.';

alter table leaderboard.milestones enable row level security;

create table leaderboard.reached_milestones (
  period_id bigint not null references leaderboard.board_periods (id),
  player_id uuid not null references public.profiles (id),
  milestone text not null,
  reached_at timestamptz not null default now(),
  primary key (period_id, player_id, milestone)
);
comment on table leaderboard.reached_milestones is
  'One row: the player was notified of this milestone in this period; never again.';
create index reached_milestones_player_id_idx on leaderboard.reached_milestones (player_id);

alter table leaderboard.reached_milestones enable row level security;

create function leaderboard.announce_milestones(board public.boards, period_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  with reached as (
    insert into leaderboard.reached_milestones (period_id, player_id, milestone)
    select announce_milestones.period_id, ranks.player_id, milestones.milestone
    from pg_temp.refresh_ranks as ranks
    join leaderboard.milestones on milestones.board_id = board.id
    where ranks.position_after is not null
      and case milestones.kind
        when 'score' then ranks.score >= milestones.threshold and ranks.score_before < milestones.threshold
        else ranks.position_after <= milestones.threshold
          and coalesce(ranks.position_before > milestones.threshold, true)
      end
    on conflict do nothing
    returning reached_milestones.player_id, reached_milestones.milestone
  )
  insert into platform.outbox (name, data)
  select 'player/milestone.reached', jsonb_build_object(
    'player_id', reached.player_id, 'board', board.slug, 'milestone', reached.milestone,
    'value', case milestones.kind when 'score' then ranks.score else ranks.position_after end)
  from reached
  join leaderboard.milestones on milestones.board_id = board.id and milestones.milestone = reached.milestone
  join pg_temp.refresh_ranks as ranks on ranks.player_id = reached.player_id
  order by reached.player_id, milestones.threshold;
end;
$$;
comment on function leaderboard.announce_milestones(public.boards, bigint) is
  'Writes milestone.reached for followers who just crossed one, once per player, period and milestone.';

-- schemas/leaderboard/news/catching_up.sql

create function leaderboard.mark_unwatched_players(board_id bigint)
returns void
language sql
volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('leaderboard/marks', 0));
  insert into leaderboard.player_marks (player_id)
  -- Starting from the followers, who are few among all players of a board.
  select standings.player_id
  from leaderboard.board_periods as periods
  cross join leaderboard.followed_players as followed
  join leaderboard.standings on standings.period_id = periods.id and standings.player_id = followed.player_id
  where periods.board_id = mark_unwatched_players.board_id and periods.state = 'open'
    and standings.order_key is not null
    and not exists (
      select from leaderboard.watched_positions as watched
      where watched.period_id = periods.id and watched.player_id = followed.player_id)
  union
  select watched.player_id
  from leaderboard.board_periods as periods
  join leaderboard.watched_positions as watched on watched.period_id = periods.id
  where periods.board_id = mark_unwatched_players.board_id and periods.state = 'open'
    and watched.player_id not in (select followed.player_id from leaderboard.followed_players as followed);
$$;
comment on function leaderboard.mark_unwatched_players(bigint) is
  'Marks players who are followed and not watched on a board, or the reverse; its next refresh corrects that.';

create function leaderboard.mark_missed_players(board_id bigint)
returns void
language sql
volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('leaderboard/marks', 0));
  insert into leaderboard.player_marks (player_id)
  -- Players who are listed and should not be, or the reverse; the condition is that of collect_changes.
  select standings.player_id
  from leaderboard.board_periods as periods
  join leaderboard.standings on standings.period_id = periods.id
  join public.profiles on profiles.id = standings.player_id
  where periods.board_id = mark_missed_players.board_id and periods.state = 'open'
    and (standings.order_key is not null) <> (profiles.visibility <> 'hidden' and profiles.is_ranked
      and profiles.left_at is null and standings.event_count > 0);
  select leaderboard.mark_unwatched_players(mark_missed_players.board_id);
$$;
comment on function leaderboard.mark_missed_players(bigint) is
  'Marks the players about whom a board is wrong after marks were deleted while it was not refreshed; its next '
  'refresh corrects them. Scores need no mark, because their events are kept.';

create function leaderboard.on_board_update_catch_up()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.is_active and not old.is_active then
    perform leaderboard.mark_missed_players(new.id);
  elsif new.announces_ranks and not old.announces_ranks then
    perform leaderboard.mark_unwatched_players(new.id);
  end if;
  if (new.slug, new.name, new.kind, new.metrics, new.time_zone, new.awards_tiers, new.is_active)
    is distinct from (old.slug, old.name, old.kind, old.metrics, old.time_zone, old.awards_tiers, old.is_active)
  then
    perform leaderboard.withdraw_pages(array(
      select periods.id from leaderboard.board_periods as periods
      where periods.board_id = new.id and periods.state = 'open'));
  end if;
  return null;
end;
$$;
comment on function leaderboard.on_board_update_catch_up() is
  'Withdraws rendered pages if what they show of the board changed, and makes a reactivated board, or one that '
  'starts to announce ranks, catch up. Definer: the tables are closed.';

create trigger on_board_update_catch_up
  after update on public.boards
  for each row when (old is distinct from new) execute function leaderboard.on_board_update_catch_up();

create function leaderboard.on_milestones_insert_mark_players()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Boards before marks, in the same order as changing a board.
  perform pg_advisory_xact_lock(hashtextextended('leaderboard/board', added.board_id))
  from (select distinct milestones.board_id from new_milestones as milestones order by 1) as added;
  perform leaderboard.mark_unwatched_players(added.board_id)
  from (select distinct milestones.board_id from new_milestones as milestones order by 1) as added;
  return null;
end;
$$;
comment on function leaderboard.on_milestones_insert_mark_players() is
  'Makes a board without milestones watch its followers from its next refresh on. Definer: the marks are closed.';

create trigger on_milestones_insert_mark_players
  after insert on leaderboard.milestones
  referencing new table as new_milestones
  for each statement execute function leaderboard.on_milestones_insert_mark_players();

-- schemas/leaderboard/periods/archives.sql

-- What is kept of a closed period, and how anyone can verify that it was not changed.

create table leaderboard.archived_standings (
  period_id bigint not null references leaderboard.board_periods (id),
  position bigint not null check (position > 0),
  rank bigint not null,
  player_id uuid not null,
  score bigint not null,
  event_count int not null,
  reached_at timestamptz not null,
  row_hash bytea not null,
  primary key (period_id, position),
  unique (period_id, player_id)
);
comment on table leaderboard.archived_standings is
  'One row is one final standing of a closed period. Immutable; row_hash covers the row, and the seal of the '
  'period covers all of them in order. No foreign key to players: they come from standings, a million at a time.';
create index archived_standings_player_id_idx on leaderboard.archived_standings (player_id);

alter table leaderboard.archived_standings enable row level security;

create trigger on_archived_standings_change_refuse
  before update or delete or truncate on leaderboard.archived_standings
  for each statement execute function platform.forbid_change();

create function leaderboard.seal_standings(period_id bigint)
returns bytea
language sql
stable
set search_path = ''
as $$
  -- In blocks, so no value grows with the number of players.
  select sha256(coalesce(string_agg(block.hash, ''::bytea order by block.number), ''::bytea))
  from (
    select (archived.position - 1) / 10000 as number,
      sha256(string_agg(archived.row_hash, ''::bytea order by archived.position)) as hash
    from leaderboard.archived_standings as archived
    where archived.period_id = seal_standings.period_id
    group by 1
  ) as block;
$$;
comment on function leaderboard.seal_standings(bigint) is
  'One hash over the hashes of all archived rows of a period, in order.';

create function leaderboard.seal_period(period leaderboard.board_periods)
returns bytea
language sql
stable
set search_path = ''
as $$
  select sha256(
    coalesce(
      (select earlier.archive_hash from leaderboard.board_periods as earlier
       where earlier.board_id = period.board_id and earlier.state = 'closed'
         and earlier.starts_at < period.starts_at
       order by earlier.starts_at desc limit 1),
      ''::bytea)
    || leaderboard.seal_standings(period.id)
    || convert_to(concat_ws('|', period.id, period.board_id, extract(epoch from period.starts_at),
      extract(epoch from period.ends_at), period.player_count), 'utf8'));
$$;
comment on function leaderboard.seal_period(leaderboard.board_periods) is
  'The seal of a period, the next link of its board''s chain: covers every archived row, its bounds, and the seal '
  'of the previous closed period.';

create function leaderboard.protect_closed_period()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'purged_at' = to_jsonb(old) - 'purged_at' then
    return new;
  end if;
  perform platform.refuse(403, 'period_closed', 'This period is closed and sealed.',
    'It can no longer be changed.');
  return null;
end;
$$;
comment on function leaderboard.protect_closed_period() is
  'Refuses every change or removal of a closed period; only the purge of its working rows may be recorded.';

create trigger on_closed_period_change_refuse
  before update or delete on leaderboard.board_periods
  for each row when (old.state = 'closed') execute function leaderboard.protect_closed_period();
create trigger on_board_periods_truncate_refuse
  before truncate on leaderboard.board_periods
  for each statement execute function platform.forbid_change();

create function leaderboard.protect_closed_archive()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- The archiving transaction already holds the period; everybody else waits here for its outcome.
  perform from leaderboard.board_periods as periods
  where periods.id in (select added.period_id from added)
  order by periods.id
  for share;
  if exists (
    select from leaderboard.board_periods as periods
    where periods.id in (select added.period_id from added) and periods.state <> 'closing')
  then
    perform platform.refuse(403, 'period_closed', 'Only a period that is closing can be archived.',
      'An archive can no longer be extended.');
  end if;
  return null;
end;
$$;
comment on function leaderboard.protect_closed_archive() is
  'Refuses to add rows to the archive of a closed or still open period. Once per batch, not per row.';

create trigger on_archived_standings_insert_refuse
  after insert on leaderboard.archived_standings
  referencing new table as added
  for each statement execute function leaderboard.protect_closed_archive();

create function leaderboard.archived_position_after(period_id bigint, after_key bytea)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  low bigint := 1;
  high bigint;
  middle bigint;
begin
  -- Positions follow the keys without gaps: binary search finds one among millions in about twenty reads.
  select coalesce(max(archived.position), 0) + 1 into high
  from leaderboard.archived_standings as archived
  where archived.period_id = archived_position_after.period_id;
  while low < high loop
    middle := (low + high) / 2;
    if (
      select leaderboard.order_key(archived.score, archived.reached_at, archived.player_id) > after_key
      from leaderboard.archived_standings as archived
      where archived.period_id = archived_position_after.period_id and archived.position = middle)
    then
      high := middle;
    else
      low := middle + 1;
    end if;
  end loop;
  return low;
end;
$$;
comment on function leaderboard.archived_position_after(bigint, bytea) is
  'The archived position of the first player after an order key; one beyond the last if there is none.';

create function public.verify_archive(period_id bigint)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'not_manager', 'Only managers verify archives.', 'Ask a manager.');
  end if;
  return (
    with checked as (
      select count(*) as row_count, max(archived.position) as last_position,
        min(archived.position) filter (where archived.row_hash <> sha256(int8send(archived.period_id)
          || int8send(archived.position) || int8send(archived.rank) || uuid_send(archived.player_id)
          || int8send(archived.score) || int4send(archived.event_count)
          || timestamptz_send(archived.reached_at))) as first_broken_position
      from leaderboard.archived_standings as archived
      where archived.period_id = verify_archive.period_id
    )
    select jsonb_build_object(
      'is_intact', checked.first_broken_position is null
        and checked.row_count = coalesce(checked.last_position, 0)
        and checked.row_count = period.player_count
        and period.archive_hash is not distinct from leaderboard.seal_period(period),
      'checked', checked.row_count,
      'first_broken_position', checked.first_broken_position,
      'is_seal_intact', period.archive_hash is not distinct from leaderboard.seal_period(period),
      'archive_hash', encode(period.archive_hash, 'hex'))
    from checked
    cross join leaderboard.board_periods as period
    where period.id = verify_archive.period_id and period.state = 'closed');
end;
$$;
comment on function public.verify_archive(bigint) is
  'Recomputes every seal of a closed period: {is_intact, checked, first_broken_position, is_seal_intact, '
  'archive_hash}; a missing seal is not intact; null for a period that is not closed. For managers and the '
  'service, because it reads the whole archive. Definer: the archive is closed; the result contains no names.';
grant execute on function public.verify_archive(bigint) to authenticated, service_role;

-- schemas/leaderboard/standings/rendering.sql

-- How a standing is shown. Every read goes through here, so privacy is decided in one place. A rank is one
-- number wherever it is shown, also in comparisons and past periods.

create type leaderboard.placed_standing as (
  player_id uuid, place bigint, rank bigint, score bigint, reached_at timestamptz, tier text);
comment on type leaderboard.placed_standing is
  'A standing before names are added. Its place in the total order is called position wherever clients see it.';

create function leaderboard.pseudonym(period_id bigint, player_id uuid)
returns uuid
language sql
stable
set search_path = ''
as $$
  -- A well-formed UUID of version 8 (custom).
  select overlay(overlay(keyed.digest placing '8' from 13) placing 'a' from 17)::uuid
  from leaderboard.leaderboard_settings as settings
  cross join lateral (
    select substr(encode(extensions.hmac(
      convert_to(pseudonym.period_id || ':' || pseudonym.player_id, 'utf8'), settings.pseudonym_key,
        'sha256'), 'hex'), 1, 32) as digest
  ) as keyed;
$$;
comment on function leaderboard.pseudonym(bigint, uuid) is
  'The id of an anonymous player in one period: stable within it, different in any other period, and irreversible.';

create function leaderboard.render_standings(
  period_id bigint, placed leaderboard.placed_standing[], since_version bigint, shown_player_id uuid default null,
  has_equal_below boolean default null)
returns json
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(json_agg(row_to_json(standing) order by standing.position), '[]')
    from (
      select case when shown.is_named then entry.player_id
          else leaderboard.pseudonym(render_standings.period_id, entry.player_id) end as player_id,
        case when shown.is_named then profiles.username end as username,
        case when shown.is_named then profiles.display_name else 'Anonymous player' end as display_name,
        case when shown.is_named then profiles.avatar_url end as avatar_url,
        entry.place as position, entry.rank, entry.score, entry.reached_at, entry.tier,
        case when render_standings.since_version is not null
          then leaderboard.position_at(render_standings.period_id, entry.player_id,
            render_standings.since_version) - entry.place end as movement,
        not shown.is_public as is_anonymous,
        entry.rank <> entry.place or coalesce(entry.next_rank = entry.rank, render_standings.has_equal_below,
          leaderboard.has_equal_below(render_standings.period_id, entry.placed_entry)) as is_tied
      from (
        select listed.*, lead(listed.rank) over (order by listed.place) as next_rank,
          row(listed.player_id, listed.place, listed.rank, listed.score, listed.reached_at,
            listed.tier)::leaderboard.placed_standing as placed_entry
        from unnest(placed) as listed
      ) as entry
      join public.profiles on profiles.id = entry.player_id
      cross join lateral (
        select public_face.is_public, coalesce(public_face.is_public or entry.player_id = shown_player_id, false) as is_named
        from (select profiles.visibility = 'public' and profiles.left_at is null as is_public) as public_face
      ) as shown
    ) as standing);
end;
$$;
comment on function leaderboard.render_standings(bigint, leaderboard.placed_standing[], bigint, uuid, boolean) is
  'The wire format of standings in order. Anonymous and hidden players and players who left have no name, avatar '
  'or id, except the one player who may be shown. Movement counts from the given version; null without one or for '
  'players who were not listed then. Whether the last row is tied with the next player, who is not among them, is '
  'looked up in the current period unless it is passed in.';

create function leaderboard.place_standings(board_id bigint, period_id bigint, first_key bytea, max_rows int)
returns leaderboard.placed_standing[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  place_before bigint;
  rank_before bigint;
  -- Beyond every key that begins with the first one's score.
  score_end bytea := leaderboard.score_key(first_key) || '\xff';
begin
  -- The first row may share its rank with players on earlier pages.
  select counted.place - 1, counted.rank - 1 into place_before, rank_before
  from leaderboard.count_places(place_standings.period_id, first_key) as counted;
  return (
    select array_agg(row(
      listed.player_id, place_before + listed.place,
      case when listed.order_key < score_end then rank_before + 1
        else place_before + listed.first_place end,
      listed.score, listed.reached_at, tiers.tier)::leaderboard.placed_standing order by listed.place)
    from (
      select numbered.*, min(numbered.place) over (partition by numbered.score) as first_place
      from (
        select standings.*, row_number() over (order by standings.order_key) as place
        from leaderboard.standings
        where standings.period_id = place_standings.period_id and standings.order_key >= first_key
        order by standings.order_key
        limit max_rows
      ) as numbered
    ) as listed
    left join public.player_tiers as tiers
      on tiers.board_id = place_standings.board_id and tiers.player_id = listed.player_id
        and tiers.period_id = place_standings.period_id);
end;
$$;
comment on function leaderboard.place_standings(bigint, bigint, bytea, int) is
  'Up to that many standings in order from the first key at or after the given one, each with position and shared '
  'rank.';

-- A standing states whether its rank is shared, even for the first of equals: neither a page that ends
-- between two of them nor a single standing shows the other one.
create function leaderboard.has_equal_below(period_id bigint, placed leaderboard.placed_standing)
returns boolean
language sql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
  select exists (
    select from leaderboard.standings
    where standings.period_id = has_equal_below.period_id
      and standings.order_key > leaderboard.order_key(placed.score, placed.reached_at, placed.player_id)
      and standings.order_key < leaderboard.score_key(
        leaderboard.order_key(placed.score, placed.reached_at, placed.player_id)) || '\xff')
    or exists (
      select from leaderboard.archived_standings as archived
      where archived.period_id = has_equal_below.period_id and archived.position = placed.place + 1
        and archived.score = placed.score);
$$;
comment on function leaderboard.has_equal_below(bigint, leaderboard.placed_standing) is
  'Whether the next player of the period, now or in its archive, has the same score. Two index reads.';

create function leaderboard.render_rank(period_id bigint, placed leaderboard.placed_standing)
returns jsonb
language sql
stable
set search_path = ''
return case when placed.player_id is not null then jsonb_build_object(
  'rank', placed.rank,
  'is_tied', placed.rank <> placed.place or leaderboard.has_equal_below(render_rank.period_id, placed)) end;
comment on function leaderboard.render_rank(bigint, leaderboard.placed_standing) is
  'The rank of a standing and whether it is shared; null for no standing.';

-- schemas/leaderboard/standings/refresh.sql

-- A refresh of a board period is one transaction: all or nothing is visible, and one that dies changes
-- nothing. Locks, always in this order: the board (advisory), which guards standings, tiers and watched
-- positions of its open periods; then the rendered top. Intake takes neither, and profiles only the last.

create function leaderboard.render_first_page(board public.boards, period leaderboard.board_periods,
  out placed leaderboard.placed_standing[], out movement_from bigint, out rendered json, out page json)
language plpgsql
volatile
set search_path = ''
as $$
begin
  placed := leaderboard.place_standings(board.id, period.id, leaderboard.key_at_position(period.id, 1), 100);
  -- The first version of a period is not written yet; its movement counts from itself, as it will later.
  movement_from := coalesce(leaderboard.window_version(period, 'day'), period.version);
  rendered := leaderboard.render_standings(period.id, placed, movement_from);
  page := leaderboard.render_page(board, period, rendered, case when period.player_count > 100
    then leaderboard.seal_cursor(period.id, encode(leaderboard.key_at_position(period.id, 100), 'hex')) end);
end;
$$;
comment on function leaderboard.render_first_page(public.boards, leaderboard.board_periods) is
  'The current first hundred of a period: places, the same with names and movement, and as a page.';

create function leaderboard.render_top(board public.boards, period leaderboard.board_periods)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  previous leaderboard.board_tops;
  first_page record;
  plain jsonb;
  delta jsonb;
begin
  -- Locked before profiles are read, so a player who hides meanwhile withdraws the page rendered here.
  select tops.* into previous from leaderboard.board_tops as tops where tops.period_id = period.id for update;
  first_page := leaderboard.render_first_page(board, period);
  select coalesce(jsonb_agg(entry.standing - 'movement' order by entry.place), '[]') into plain
  from jsonb_array_elements(first_page.rendered::jsonb) with ordinality as entry (standing, place);
  select jsonb_build_object(
    'changes', coalesce((
      select jsonb_agg(entry.standing order by entry.place)
      from jsonb_array_elements(first_page.rendered::jsonb) with ordinality as entry (standing, place)
      where not exists (
        select from jsonb_array_elements(previous.standings) as old (standing)
        where old.standing = entry.standing - 'movement')), '[]'),
    'removed', coalesce((
      select jsonb_agg(old.standing -> 'player_id')
      from jsonb_array_elements(previous.standings) as old (standing)
      where not exists (
        select from jsonb_array_elements(plain) as entry (standing)
        where entry.standing -> 'player_id' = old.standing -> 'player_id')), '[]'))
  into delta;
  update leaderboard.board_tops as tops
  set version = period.version, standings = plain, page = first_page.page, movement_from = first_page.movement_from,
    player_ids = coalesce((select array_agg(entry.player_id) from unnest(first_page.placed) as entry), '{}')
  where tops.period_id = period.id;
  return delta || jsonb_build_object('previous_version', previous.version);
end;
$$;
comment on function leaderboard.render_top(public.boards, leaderboard.board_periods) is
  'Renders and stores the first hundred; returns the difference to the last time, without private data.';

create function leaderboard.render_page(board public.boards, period leaderboard.board_periods, standings json,
  next_cursor text)
returns json
language sql
stable
set search_path = ''
as $$
  select json_build_object(
    'board', json_build_object(
      'slug', board.slug, 'name', board.name, 'kind', board.kind,
      'metric_names', coalesce(to_jsonb(board.metrics), (
        select coalesce(jsonb_agg(distinct rules.metric), '[]') from public.score_rules as rules)),
      'time_zone', board.time_zone,
      'awards_tiers', case when period.state = 'closed' then period.awarded_tiers else board.awards_tiers end,
      'period_id', period.id, 'period_name', period.name, 'state', period.state,
      'starts_at', period.starts_at, 'ends_at', period.ends_at,
      'version', period.version, 'as_of', period.as_of, 'player_count', period.player_count,
      'titles_due_at', leaderboard.titles_due_at(board, period)),
    'standings', render_page.standings,
    'next_cursor', render_page.next_cursor);
$$;
comment on function leaderboard.render_page(public.boards, leaderboard.board_periods, json, text) is
  'The wire format of a board page; for an archive, with the tiers it awarded.';

create function leaderboard.confirm_period(period leaderboard.board_periods, checked_at timestamptz)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  period.checked_at := greatest(period.checked_at, confirm_period.checked_at);
  update leaderboard.board_periods as periods
  set checked_at = period.checked_at, applied_snapshot = period.applied_snapshot
  where periods.id = period.id;
  -- By now another version is a day old: positions stay, movement does not. Locked first, as in render_top;
  -- the broadcast state stays too, so a name that is new in this page is still sent with the next version.
  perform from leaderboard.board_tops as tops
  where tops.period_id = period.id and tops.page is not null
    and tops.movement_from is distinct from coalesce(leaderboard.window_version(period, 'day'), period.version)
  for update;
  if found then
    update leaderboard.board_tops as tops
    set page = first_page.page, movement_from = first_page.movement_from
    from public.boards
    cross join lateral leaderboard.render_first_page(boards, period) as first_page
    where tops.period_id = period.id and boards.id = period.board_id;
  end if;
  return jsonb_build_object('status', 'unchanged', 'version', period.version);
end;
$$;
comment on function leaderboard.confirm_period(leaderboard.board_periods, timestamptz) is
  'Records that a refresh found nothing to publish, and renders the page again if its movement now counts from '
  'another version.';

create function leaderboard.waits_for_refresh(period leaderboard.board_periods)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (
      select from leaderboard.title_holds as holds
      where holds.board_id = period.board_id and holds.period_id = period.id)
    or exists (
      select from leaderboard.board_tops as tops where tops.period_id = period.id and tops.page is null);
end;
$$;
comment on function leaderboard.waits_for_refresh(leaderboard.board_periods) is
  'Whether a refresh is due although nothing was scored: a title is on hold, or the rendered page was withdrawn.';

create function leaderboard.refresh_period(period_id bigint, as_of timestamptz default null)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  started_at timestamptz := clock_timestamp();
  period leaderboard.board_periods;
  board public.boards;
  snapshot pg_snapshot;
  is_waiting boolean;
  changed_count int;
  tier_change_count int := 0;
  delta jsonb;
begin
  select periods.* into period from leaderboard.board_periods as periods
    where periods.id = refresh_period.period_id;
  if period.id is null or period.state <> 'open' then
    return jsonb_build_object('status', 'not_open');
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('leaderboard/board', period.board_id)) then
    insert into leaderboard.period_setbacks as setbacks (period_id, skipped_count)
    values (period.id, 1)
    on conflict on constraint period_setbacks_pkey do update
    set skipped_count = setbacks.skipped_count + 1;
    return jsonb_build_object('status', 'busy');
  end if;
  select periods.* into period from leaderboard.board_periods as periods
    where periods.id = refresh_period.period_id;
  select boards.* into board from public.boards where boards.id = period.board_id;
  -- The board may have been deactivated since the due list was made.
  if period.state <> 'open' or not board.is_active then
    return jsonb_build_object('status', 'not_open');
  end if;
  is_waiting := leaderboard.waits_for_refresh(period);
  if period.applied_snapshot is not null and not is_waiting and not leaderboard.has_news(period.applied_snapshot) then
    return leaderboard.confirm_period(period, coalesce(refresh_period.as_of, started_at));
  end if;
  perform leaderboard.prepare_refresh_tables();
  snapshot := leaderboard.collect_changes(period, board.metrics);
  if period.version > 0 and not is_waiting and not exists (select from pg_temp.refresh_changes)
    and not leaderboard.shows_new_faces(period.id, period.applied_snapshot, snapshot)
  then
    -- News for other boards only: recorded as seen, so it is not read again.
    period.applied_snapshot := snapshot;
    return leaderboard.confirm_period(period, coalesce(refresh_period.as_of, started_at));
  end if;
  period.version := period.version + 1;
  period.as_of := greatest(coalesce(refresh_period.as_of, started_at), case when period.version > 1
    then period.as_of end);
  period.checked_at := greatest(period.as_of, case when period.version > 1 then period.checked_at end);
  period.applied_snapshot := snapshot;
  changed_count := leaderboard.apply_changes(period.id, period.version);
  period.node_depth := leaderboard.apply_counts(period.id, period.version, period.node_depth);
  select period.player_count + coalesce(sum((changes.new_key is not null)::int - (changes.old_key is not null)::int), 0),
    period.score_total + coalesce(sum(
      case when changes.new_key is null then 0 else changes.score end
      - case when changes.old_key is null then 0 else changes.old_score end), 0)
  into period.player_count, period.score_total
  from pg_temp.refresh_changes as changes;
  if leaderboard.awards_tiers_now(board, period.id) then
    -- A past period does not flap: the last standings decide.
    if period.ends_at <= now() then
      board.title_hold_refreshes := 0;
    end if;
    tier_change_count := leaderboard.publish_tiers(board, period.id, period.version, period.as_of, (
      select coalesce(array_agg(leading_player.player_id order by leading_player.order_key), '{}')
      from (
        select standings.player_id, standings.order_key from leaderboard.standings
        where standings.period_id = period.id and standings.order_key is not null
        order by standings.order_key limit 100
      ) as leading_player));
  end if;
  perform leaderboard.announce_ranks(board, period.id, period.version);
  perform leaderboard.announce_milestones(board, period.id);
  delta := leaderboard.render_top(board, period);
  insert into platform.outbox (name, data)
  values ('leaderboard/board.refreshed', jsonb_build_object(
    'board', board.slug, 'period_id', period.id, 'version', period.version, 'as_of', period.as_of,
    'changed_count', changed_count, 'tier_change_count', tier_change_count));
  perform realtime.send(
    delta || jsonb_build_object(
      'board', board.slug, 'period_id', period.id, 'version', period.version, 'as_of', period.as_of,
      'player_count', period.player_count, 'titles_due_at', leaderboard.titles_due_at(board, period)),
    'board_refreshed', 'board:' || board.slug, true);
  period.last_refresh_ms := extract(epoch from clock_timestamp() - started_at) * 1000;
  insert into leaderboard.board_versions
    (period_id, version, as_of, applied_snapshot, player_count, changed_count, tier_change_count, duration_ms)
  values (period.id, period.version, period.as_of, snapshot, period.player_count, changed_count,
    tier_change_count, period.last_refresh_ms);
  update leaderboard.board_periods as periods
  set version = period.version, as_of = period.as_of, checked_at = period.checked_at, applied_snapshot = snapshot,
    player_count = period.player_count, score_total = period.score_total, node_depth = period.node_depth,
    last_refresh_ms = period.last_refresh_ms,
    overrun_count = periods.overrun_count + (period.last_refresh_ms > 30000)::int
  where periods.id = period.id;
  return jsonb_build_object('status', 'refreshed', 'version', period.version, 'changed_count', changed_count,
    'tier_change_count', tier_change_count, 'duration_ms', period.last_refresh_ms);
end;
$$;
comment on function leaderboard.refresh_period(bigint, timestamptz) is
  'Publishes the next version of a period from everything committed since the last one, at a cost proportional to '
  'the changes; without changes it only records that. A concurrent call returns busy. An inactive board is '
  'frozen. Returns {status, version, changed_count, tier_change_count, duration_ms}; status is refreshed, '
  'unchanged, busy or not_open.';

-- schemas/leaderboard/periods/closing.sql

-- The end of a period in steps, each a repeatable transaction that continues after a crash: freeze (no more
-- events), archive (immutable and sealed), later purge (the working rows are deleted, the archive stays).

create function leaderboard.is_due_to_close(period_id bigint)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from leaderboard.board_periods as periods
    join public.boards on boards.id = periods.board_id and boards.is_active
    where periods.id = is_due_to_close.period_id and periods.state = 'open'
      and periods.ends_at + boards.close_grace <= now()
      -- In order, so each seal can cover the previous one.
      and not exists (
        select from leaderboard.board_periods as earlier
        where earlier.board_id = periods.board_id and earlier.state <> 'closed'
          and earlier.starts_at < periods.starts_at));
$$;
comment on function leaderboard.is_due_to_close(bigint) is
  'Whether the period of an active board and its grace have ended, and all earlier ones are closed.';

create function leaderboard.freeze_period(period_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
set lock_timeout = '2s'
as $$
declare
  found_board_id bigint := (
    select periods.board_id from leaderboard.board_periods as periods where periods.id = freeze_period.period_id);
begin
  -- Under the board's lock, because its grace may be extended or the board deactivated right now.
  if not pg_try_advisory_xact_lock(hashtextextended('leaderboard/board', found_board_id)) then
    return jsonb_build_object('status', 'busy');
  end if;
  if not leaderboard.is_due_to_close(freeze_period.period_id) then
    return jsonb_build_object('status', 'not_due');
  end if;
  -- Late events need a destination from the moment this period stops accepting them.
  perform leaderboard.open_due_periods();
  -- Most remaining events, and all of a missed period, are applied while senders continue.
  perform leaderboard.refresh_period(freeze_period.period_id);
  -- The page before the intake, in the same order as adding a metric's first rule; the next steps lock it
  -- anyway.
  perform from leaderboard.board_tops as tops where tops.period_id = freeze_period.period_id for update;
  -- Then exclusively: every sender has committed or not begun, so this applies all there will ever be.
  -- Senders wait for this short step; if they keep it waiting for two seconds, it gives up until the next
  -- run.
  if not leaderboard.hold_intake() then
    return jsonb_build_object('status', 'busy');
  end if;
  perform leaderboard.refresh_period(freeze_period.period_id);
  update leaderboard.board_periods as periods
  set state = 'closing'
  where periods.id = freeze_period.period_id and periods.state = 'open';
  if not found then
    return jsonb_build_object('status', 'not_due');
  end if;
  -- The rendered page shows the period as open; nothing renders it again.
  update leaderboard.board_tops as tops set page = null where tops.period_id = freeze_period.period_id;
  return jsonb_build_object('status', 'closing');
end;
$$;
comment on function leaderboard.freeze_period(bigint) is
  'Applies the remaining events and closes the period to new ones: later events are refused or go to the current '
  'period, which is already open. {status: closing | not_due | busy}.';

create function leaderboard.archive_period(period_id bigint, max_rows int default 10000)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
  last leaderboard.archived_standings;
  last_key bytea;
  archived_count int;
  next_id bigint;
begin
  select periods.* into period from leaderboard.board_periods as periods
  where periods.id = archive_period.period_id and periods.state = 'closing'
  for no key update skip locked;
  if period.id is null then
    return jsonb_build_object('status', case when exists (
      select from leaderboard.board_periods as periods
      where periods.id = archive_period.period_id and periods.state = 'closing') then 'busy'
      else 'not_closing' end);
  end if;
  -- Standings of a frozen period do not change, so an archive begun earlier is continued. Only built-in
  -- functions are called per row, and verify_archive computes the same hash.
  select archived.* into last from leaderboard.archived_standings as archived
  where archived.period_id = period.id order by archived.position desc limit 1;
  last_key := coalesce(leaderboard.order_key(last.score, last.reached_at, last.player_id), '');
  insert into leaderboard.archived_standings
    (period_id, position, rank, player_id, score, event_count, reached_at, row_hash)
  select period.id, ranked.position, ranked.rank, ranked.player_id, ranked.score, ranked.event_count,
    ranked.reached_at,
    sha256(int8send(period.id) || int8send(ranked.position) || int8send(ranked.rank)
      || uuid_send(ranked.player_id) || int8send(ranked.score) || int4send(ranked.event_count)
      || timestamptz_send(ranked.reached_at))
  from (
    select numbered.*, case when numbered.score = last.score then last.rank
      else min(numbered.position) over (partition by numbered.score) end as rank
    from (
      select listed.*, coalesce(last.position, 0) + row_number() over (order by listed.order_key) as position
      from leaderboard.standings as listed
      where listed.period_id = period.id and listed.order_key > last_key
      order by listed.order_key
      limit max_rows
    ) as numbered
  ) as ranked;
  get diagnostics archived_count = row_count;
  if archived_count >= max_rows then
    return jsonb_build_object('status', 'archiving', 'archived_count', archived_count);
  end if;
  update leaderboard.board_periods as periods
  set state = 'closed', closed_at = now(), archive_hash = leaderboard.seal_period(period)
  where periods.id = period.id;
  select later.id into next_id from leaderboard.board_periods as later
  where later.board_id = period.board_id and later.starts_at > period.starts_at
  order by later.starts_at limit 1;
  perform leaderboard.tell_closed(period, next_id);
  return jsonb_build_object('status', 'closed', 'next_period_id', next_id);
end;
$$;
comment on function leaderboard.archive_period(bigint, int) is
  'Writes the next batch of the sealed archive of a frozen period; with the last batch the period is closed, '
  'once, and the outbox and open pages are notified. {status: archiving | closed | not_closing | busy}.';

create function leaderboard.tell_closed(period leaderboard.board_periods, next_period_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  slug text := (select boards.slug from public.boards where boards.id = period.board_id);
begin
  perform platform.emit_event('leaderboard/period.closed', jsonb_build_object(
    'board', slug, 'period_id', period.id, 'next_period_id', next_period_id));
  perform realtime.send(
    jsonb_build_object('board', slug, 'period_id', period.id, 'next_period_id', next_period_id,
      'state', 'closed', 'version', period.version, 'as_of', period.as_of,
      'player_count', period.player_count),
    'board_refreshed', 'board:' || slug, true);
end;
$$;
comment on function leaderboard.tell_closed(leaderboard.board_periods, bigint) is
  'Announces in the outbox and on the board''s topic that a period is closed. The message has no changes: pages '
  'that show the board must be reread.';

-- schemas/leaderboard/periods/purging.sql

create function leaderboard.purge_period(period_id bigint, max_rows int default 10000)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
  working_table text;
  removed_count int;
begin
  select periods.* into period from leaderboard.board_periods as periods
  where periods.id = purge_period.period_id and periods.state = 'closed' and periods.purged_at is null
    and periods.closed_at + (select keep_closed_standings_for from leaderboard.leaderboard_settings) <= now()
    -- An earlier kept version is read from the working rows; the last one is the archive itself.
    and not exists (
      select from leaderboard.board_versions as versions
      where versions.period_id = periods.id and versions.version < periods.version)
  for no key update skip locked;
  if period.id is null then
    return jsonb_build_object('status', 'not_due');
  end if;
  foreach working_table in array array['standings', 'standing_nodes', 'standing_history',
    'standing_node_history', 'tier_history', 'watched_positions', 'board_tops']
  loop
    execute format('delete from leaderboard.%1$I as gone where gone.ctid = any (array(
      select kept.ctid from leaderboard.%1$I as kept where kept.period_id = $1 limit $2))', working_table)
    using period.id, max_rows;
    get diagnostics removed_count = row_count;
    if removed_count >= max_rows then
      return jsonb_build_object('status', 'purging', 'removed_count', removed_count);
    end if;
  end loop;
  update leaderboard.board_periods as periods set purged_at = now() where periods.id = period.id;
  return jsonb_build_object('status', 'purged');
end;
$$;
comment on function leaderboard.purge_period(bigint, int) is
  'Removes the next batch of working rows of a closed period once only its last version is kept; the archive and '
  'that version stay. {status: purging | purged | not_due}.';

-- schemas/leaderboard/periods/scheduled_closes.sql

-- Closing has a separate schedule and lock: boards are refreshed however large an archive is.

create function leaderboard.close_further(period_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  return case (select periods.state from leaderboard.board_periods as periods
    where periods.id = close_further.period_id)
    when 'open' then leaderboard.freeze_period(close_further.period_id)
    when 'closing' then leaderboard.archive_period(close_further.period_id)
    when 'closed' then leaderboard.purge_period(close_further.period_id)
  end;
end;
$$;
comment on function leaderboard.close_further(bigint) is
  'The next step from open through closing to closed and purged; does nothing if none is due.';

create procedure leaderboard.close_due_periods(max_seconds int default 60)
language plpgsql
as $$
-- No "set search_path": Postgres forbids commits in procedures that have one, so every name here is
-- qualified.
declare
  -- For a statement timeout (two minutes when hosted) the whole call is one statement, and a procedure cannot
  -- change that. So it ends in time, and the next run continues.
  deadline timestamptz := pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => max_seconds);
  period_id bigint;
  status text;
  is_canceled boolean := false;
begin
  if not leaderboard.begin_run('close') then
    return;
  end if;
  commit;
  -- In order, so everything due on a board closes in one run; recent failures come after the rest, and
  -- purging last.
  for period_id in
    select periods.id from leaderboard.board_periods as periods
    join public.boards on boards.id = periods.board_id
    left join leaderboard.period_setbacks as setbacks on setbacks.period_id = periods.id
    where periods.purged_at is null and periods.ends_at + boards.close_grace <= pg_catalog.now()
      and (boards.is_active or periods.state <> 'open')
    order by periods.state = 'closed',
      coalesce(setbacks.last_failed_at > pg_catalog.now() - interval '10 minutes', false),
      periods.starts_at, periods.id
  loop
    loop
      -- Another run may have begun between two transactions; then this one leaves the rest to it.
      if not leaderboard.hold_run('close') then
        return;
      end if;
      begin
        status := leaderboard.close_further(period_id) ->> 'status';
      exception when lock_not_available then
        -- Changes of players or rules may hold the page for longer than a freeze waits.
        status := 'busy';
      when query_canceled or others then
        status := 'failed';
        perform leaderboard.note_period_failure('close', period_id, sqlerrm);
        is_canceled := sqlstate = '57014';
      end;
      if status = 'busy' then
        update leaderboard.refresh_runs set busy_count = refresh_runs.busy_count + 1
        where refresh_runs.job = 'close';
      end if;
      commit;
      exit when status not in ('closing', 'archiving', 'purging')
        or pg_catalog.clock_timestamp() > deadline;
    end loop;
    exit when is_canceled or pg_catalog.clock_timestamp() > deadline;
  end loop;
  perform leaderboard.finish_run('close');
end;
$$;
comment on procedure leaderboard.close_due_periods(int) is
  'The scheduled job: freezes, archives and purges what is due, each step and batch in a separate, repeatable '
  'transaction, for the given time or until it is cancelled. A concurrent call counts itself as skipped and '
  'returns.';

-- schemas/leaderboard/periods/list.sql

-- Definer functions: the tables are closed, see board_pages.

create function leaderboard.describe_period(period leaderboard.board_periods)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'period_id', period.id, 'name', period.name, 'starts_at', period.starts_at, 'ends_at', period.ends_at,
    'state', case when period.starts_at > now() then 'upcoming' else period.state end,
    'player_count', period.player_count);
$$;
comment on function leaderboard.describe_period(leaderboard.board_periods) is
  'The wire format of a period in a list. It is open until its grace is over, even after its end.';

create function public.list_periods(board text, max_rows int default 100, cursor text default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(list_periods.board, (
    -- Archives of a deactivated board stay and are listed here.
    select periods.id from leaderboard.board_periods as periods
    join public.boards on boards.id = periods.board_id
    where boards.slug = list_periods.board and periods.state = 'closed'
    limit 1));
  last leaderboard.board_periods;
begin
  perform leaderboard.check_page_size(max_rows, 1000);
  if list_periods.cursor is not null then
    select periods.* into last from leaderboard.board_periods as periods
    where periods.board_id = found_board.id
      and periods.id = case when list_periods.cursor ~ '^[0-9]{1,18}$' then list_periods.cursor::bigint end;
    if last.id is null then
      perform leaderboard.refuse_cursor();
    end if;
  end if;
  return (
    select jsonb_build_object(
      'periods', coalesce(jsonb_agg(leaderboard.describe_period(page.period) order by page.place)
        filter (where page.place <= max_rows), '[]'),
      'next_cursor', (array_agg((page.period).id::text) filter (where page.place = max_rows
        and page.count > max_rows))[1])
    from (
      select listed.period, listed.place, max(listed.place) over () as count
      from (
        select periods as period, row_number() over (order by periods.starts_at desc nulls last) as place
        from leaderboard.board_periods as periods
        where periods.board_id = found_board.id and (found_board.is_active or periods.state = 'closed')
          and (last.id is null or periods.starts_at < last.starts_at)
        order by periods.starts_at desc nulls last
        limit max_rows + 1
      ) as listed
    ) as page);
end;
$$;
comment on function public.list_periods(text, int, text) is
  'A page of all periods of a board, planned seasons included, newest first: {periods, next_cursor}; for an '
  'inactive board, closed periods only. The cursor is the id of the last period shown; periods are never removed, '
  'so the next page continues after it whatever has begun since.';
grant execute on function public.list_periods(text, int, text) to anon, authenticated, service_role;

-- schemas/leaderboard/boards/changes.sql

-- The settings that may change while a board is active. Metrics and period lengths never do: that would be
-- another competition, and therefore another board.

create function leaderboard.settle_board_tiers(board public.boards)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
begin
  if not (board.is_active and board.awards_tiers) then
    perform leaderboard.take_tiers_back(board);
    return;
  end if;
  -- As if it had never been deactivated: until somebody scores, the tiers of the previous period stand.
  select periods.* into period from leaderboard.board_periods as periods
  where periods.board_id = board.id and periods.player_count > 0
  order by periods.starts_at desc nulls last
  limit 1;
  if period.id is null then
    return;
  end if;
  perform leaderboard.prepare_refresh_tables();
  if period.state = 'closed' then
    -- The condition is that of collect_changes; nobody moves up in a past period.
    insert into pg_temp.refresh_tiers (player_id, tier_after)
    select archived.player_id, leaderboard.tier_of_position(archived.position)
    from leaderboard.archived_standings as archived
    join public.profiles on profiles.id = archived.player_id
    where archived.period_id = period.id and archived.position <= 100
      and profiles.visibility <> 'hidden' and profiles.is_ranked and profiles.left_at is null;
    perform leaderboard.change_tiers(board, period.id, period.version, now());
    return;
  end if;
  perform leaderboard.publish_tiers(board, period.id, period.version, now(), (
    select coalesce(array_agg(leading_player.player_id order by leading_player.order_key), '{}')
    from (
      select standings.player_id, standings.order_key from leaderboard.standings
      -- Players who hid or left while it was inactive are removed with the next refresh, and get nothing
      -- until then.
      join public.profiles on profiles.id = standings.player_id
        and profiles.visibility <> 'hidden' and profiles.is_ranked and profiles.left_at is null
      where standings.period_id = period.id and standings.order_key is not null
      order by standings.order_key limit 100
    ) as leading_player));
end;
$$;
comment on function leaderboard.settle_board_tiers(public.boards) is
  'Restores the tiers of the published version to listed players or, if nobody is listed yet, those of the last '
  'period with players; removes all tiers if the board awards none or is inactive. Announces changes like a '
  'refresh.';

create function public.update_board(
  board text,
  name text default null,
  is_active boolean default null,
  late_policy text default null,
  close_grace interval default null,
  title_hold_refreshes int default null,
  announces_ranks boolean default null,
  awards_tiers boolean default null,
  rank_news_top int default null,
  rank_news_min_places int default null,
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
  actor uuid := identity.resolve_admin(update_board.acting_player_id, 'Only admins manage boards.');
  replay jsonb;
  former public.boards;
  changed public.boards;
begin
  select boards.* into former from public.boards where boards.slug = update_board.board;
  if former.id is null then
    perform platform.refuse(404, 'board_not_found', 'This board does not exist.', 'See the list of boards.');
  end if;
  -- Repeated after somebody else's change, it would revert that.
  if update_board.idempotency_key is not null then
    replay := platform.begin_command('update_board', actor, update_board.idempotency_key, jsonb_build_object(
      'board', former.slug, 'name', update_board.name, 'is_active', update_board.is_active, 'late_policy',
      update_board.late_policy, 'close_grace', update_board.close_grace, 'title_hold_refreshes',
      update_board.title_hold_refreshes, 'announces_ranks', update_board.announces_ranks, 'awards_tiers',
      update_board.awards_tiers, 'rank_news_top', update_board.rank_news_top, 'rank_news_min_places',
      update_board.rank_news_min_places));
    if replay is not null then
      return replay;
    end if;
  end if;
  -- Never concurrent with a refresh, which reads the board when it begins; the row first, as in direct
  -- updates.
  select boards.* into former from public.boards where boards.id = former.id for no key update;
  perform pg_advisory_xact_lock(hashtextextended('leaderboard/board', former.id));
  begin
    update public.boards
    set name = coalesce(update_board.name, boards.name),
      is_active = coalesce(update_board.is_active, boards.is_active),
      late_policy = coalesce(update_board.late_policy, boards.late_policy),
      close_grace = coalesce(update_board.close_grace, boards.close_grace),
      title_hold_refreshes = coalesce(update_board.title_hold_refreshes, boards.title_hold_refreshes),
      announces_ranks = coalesce(update_board.announces_ranks, boards.announces_ranks),
      awards_tiers = coalesce(update_board.awards_tiers, boards.awards_tiers),
      rank_news_top = coalesce(update_board.rank_news_top, boards.rank_news_top),
      rank_news_min_places = coalesce(update_board.rank_news_min_places, boards.rank_news_min_places)
    where boards.id = former.id
    returning boards.* into changed;
  exception when check_violation then
    perform platform.refuse(400, 'invalid_board', 'These values do not make a valid board.',
      'A name has 1 to 80 characters, late_policy is refuse or next_period, close_grace is from 0 to 31 '
      'days, title_hold_refreshes from 0 to 1000, rank_news_top 0 or more and rank_news_min_places 1 or more.');
  end;
  if (changed.is_active and changed.awards_tiers) <> (former.is_active and former.awards_tiers) then
    perform leaderboard.settle_board_tiers(changed);
  end if;
  if changed <> former then
    perform platform.record_audit('board.updated', 'board', changed.slug, to_jsonb(former), to_jsonb(changed),
      actor, platform.resolve_source(update_board.source));
  end if;
  return coalesce(
    platform.finish_command('update_board', actor, update_board.idempotency_key, to_jsonb(changed)),
    to_jsonb(changed));
end;
$$;
comment on function public.update_board(text, text, boolean, text, interval, int, boolean, boolean, int,
  int, uuid, text, text) is
  'Changes the given fields of a board and returns it. An inactive board is frozen: only its archives are '
  'visible, it is not refreshed, closes nothing and awards no tiers; reactivated, it catches up. Once per '
  'idempotency key, later calls return replayed. Admins only; definer: nobody may write the table directly.';
grant execute on function public.update_board(text, text, boolean, text, interval, int, boolean, boolean,
  int, int, uuid, text, text)
  to authenticated, service_role;

-- schemas/leaderboard/boards/creation.sql

-- Boards are created without code: an admin, or the operator, defines what counts and when.

create function public.create_board(
  slug text,
  name text,
  kind text,
  metrics text[] default null,
  time_zone text default 'UTC',
  awards_tiers boolean default false,
  late_policy text default 'next_period',
  close_grace interval default '15 minutes',
  title_hold_refreshes int default 0,
  announces_ranks boolean default true,
  rank_news_top int default 100,
  rank_news_min_places int default 10,
  acting_player_id uuid default null,
  source text default 'system')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_admin(create_board.acting_player_id, 'Only admins manage boards.');
  made public.boards;
begin
  if not platform.is_time_zone(create_board.time_zone) then
    perform platform.refuse(400, 'invalid_time_zone', 'This time zone does not exist.',
      'Use a name such as Europe/Berlin.');
  end if;
  if exists (
    select from unnest(create_board.metrics) as wanted (metric)
    where not exists (select from public.score_rules as rules where rules.metric = wanted.metric))
  then
    perform platform.refuse(400, 'unknown_metric', 'A metric of this board has no rule.',
      'Add its rule first.');
  end if;
  begin
    insert into public.boards
      (slug, name, kind, metrics, time_zone, awards_tiers, late_policy, close_grace, title_hold_refreshes,
      announces_ranks, rank_news_top, rank_news_min_places)
    values (create_board.slug, create_board.name, create_board.kind, create_board.metrics,
      create_board.time_zone, create_board.awards_tiers, create_board.late_policy, create_board.close_grace,
      create_board.title_hold_refreshes, create_board.announces_ranks, create_board.rank_news_top,
      create_board.rank_news_min_places)
    returning boards.* into made;
  exception
    when unique_violation then
      perform platform.refuse(409, 'board_exists', 'A board with this slug exists.', 'Choose another slug.');
    when check_violation or not_null_violation then
      perform platform.refuse(400, 'invalid_board', 'These values do not make a valid board.',
        'Check slug, name, kind, policy and numbers.');
  end;
  perform leaderboard.open_due_periods();
  perform platform.record_audit('board.created', 'board', made.slug, null, to_jsonb(made), actor,
    platform.resolve_source(create_board.source));
  return to_jsonb(made);
end;
$$;
comment on function public.create_board(text, text, text, text[], text, boolean, text, interval, int, boolean,
  int, int, uuid, text) is
  'Creates a board and opens its current period, which counts events that already occurred in it. Seasons are '
  'planned with plan_season. Admins only; definer: nobody may write the table directly.';
grant execute on function public.create_board(text, text, text, text[], text, boolean, text, interval, int,
  boolean, int, int, uuid, text)
  to authenticated, service_role;

create function public.plan_season(
  board text, name text, starts_at timestamptz, ends_at timestamptz, acting_player_id uuid default null,
  source text default 'system')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_admin(plan_season.acting_player_id, 'Only admins manage boards.');
  found_board public.boards := leaderboard.find_board(plan_season.board);
  planned jsonb;
begin
  if found_board.kind <> 'season' then
    perform platform.refuse(400, 'not_a_season_board', 'The periods of this board follow the calendar.',
      'Use a board of kind season.');
  end if;
  if plan_season.ends_at is null or plan_season.starts_at is null
    or plan_season.ends_at <= plan_season.starts_at
    or plan_season.ends_at <= now()
  then
    perform platform.refuse(400, 'invalid_season', 'A season must end after it begins, and not in the past.',
      'Check both times.');
  end if;
  -- Two concurrent planners would not see each other's season.
  perform pg_advisory_xact_lock(hashtextextended('leaderboard/seasons', found_board.id));
  if exists (
    select from leaderboard.board_periods as periods
    where periods.board_id = found_board.id
      and periods.starts_at < plan_season.ends_at and periods.ends_at > plan_season.starts_at)
  then
    perform platform.refuse(409, 'season_overlaps', 'Another season of this board overlaps.',
      'Begin after it ends.');
  end if;
  insert into leaderboard.board_periods (board_id, name, starts_at, ends_at)
  values (found_board.id, plan_season.name, plan_season.starts_at, plan_season.ends_at)
  returning jsonb_build_object('board', found_board.slug, 'period_id', board_periods.id,
    'name', board_periods.name, 'starts_at', board_periods.starts_at, 'ends_at', board_periods.ends_at)
  into planned;
  perform platform.record_audit('season.planned', 'board', found_board.slug, null, planned, actor,
    platform.resolve_source(plan_season.source));
  return planned;
end;
$$;
comment on function public.plan_season(text, text, timestamptz, timestamptz, uuid, text) is
  'Plans a season of a season board; it starts and closes automatically. Seasons never overlap. Admins only; '
  'definer: the table is closed.';
grant execute on function public.plan_season(text, text, timestamptz, timestamptz, uuid, text) to authenticated,
  service_role;

-- schemas/leaderboard/boards/restoring.sql

create function leaderboard.adopt_restored_events()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- Transaction ids mean nothing in another cluster. All restored rows belong to this transaction, and every
  -- open period starts over: its next refresh, which must follow the commit, counts all events again.
  lock table public.score_events in exclusive mode;
  alter table public.score_events disable trigger on_score_events_change_refuse;
  update public.score_events set transaction_id = pg_current_xact_id();
  alter table public.score_events enable trigger on_score_events_change_refuse;
  delete from leaderboard.player_marks;
  delete from leaderboard.board_versions as versions using leaderboard.board_periods as periods
  where periods.id = versions.period_id and periods.state = 'open';
  delete from leaderboard.standing_history as history using leaderboard.board_periods as periods
  where periods.id = history.period_id and periods.state = 'open';
  delete from leaderboard.standing_node_history as history using leaderboard.board_periods as periods
  where periods.id = history.period_id and periods.state = 'open';
  delete from leaderboard.tier_history as history using leaderboard.board_periods as periods
  where periods.id = history.period_id and periods.state = 'open' and history.until_version is not null;
  delete from leaderboard.standings using leaderboard.board_periods as periods
  where periods.id = standings.period_id and periods.state = 'open';
  delete from leaderboard.standing_nodes as nodes using leaderboard.board_periods as periods
  where periods.id = nodes.period_id and periods.state = 'open';
  update leaderboard.board_periods as periods
  set applied_snapshot = null, player_count = 0, score_total = 0, node_depth = 0 where periods.state = 'open';
  -- A closed period has seen all restored events and no later ones, which later voids need to know.
  alter table leaderboard.board_periods disable trigger on_closed_period_change_refuse;
  update leaderboard.board_periods as periods
  set applied_snapshot = format('%1$s:%1$s:', pg_current_xact_id()::text::numeric + 1)::pg_snapshot
  where periods.state <> 'open';
  alter table leaderboard.board_periods enable trigger on_closed_period_change_refuse;
  update leaderboard.board_versions as versions set applied_snapshot = periods.applied_snapshot
  from leaderboard.board_periods as periods where periods.id = versions.period_id and periods.state <> 'open';
end;
$$;
comment on function leaderboard.adopt_restored_events() is
  'Run it once after a logical restore into another cluster, before the first refresh: recounts open periods from '
  'their events. Closed periods and their archives stay as they are, and are assumed to contain every restored '
  'event. For the operator only.';

-- schemas/leaderboard/boards/list.sql

-- A definer function: the tables are closed, see board_pages.

create function public.list_boards()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'slug', boards.slug, 'name', boards.name, 'kind', boards.kind, 'time_zone', boards.time_zone,
    'awards_tiers', boards.awards_tiers,
    'player_count', coalesce((
      select periods.player_count from leaderboard.board_periods as periods
      where periods.id = leaderboard.current_period_id(boards.id)), 0),
    'periods', coalesce((
      select jsonb_agg(leaderboard.describe_period(latest) order by latest.starts_at desc nulls last)
      from (
        select periods.* from leaderboard.board_periods as periods
        where periods.board_id = boards.id and (periods.starts_at is null or periods.starts_at <= now())
        order by periods.starts_at desc nulls last
        limit 12
      ) as latest), '[]')
  ) order by boards.id), '[]')
  from public.boards
  where boards.is_active;
$$;
comment on function public.list_boards() is
  'All active boards, each with the latest 12 started periods, newest first; list_periods returns all.';
grant execute on function public.list_boards() to anon, authenticated, service_role;

-- schemas/leaderboard/boards/statistics.sql

create function leaderboard.score_at_position(period leaderboard.board_periods, at_position bigint)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
begin
  -- The working rows of a closed period are purged eventually.
  if period.state = 'closed' then
    return (
      select archived.score from leaderboard.archived_standings as archived
      where archived.period_id = period.id and archived.position = at_position);
  end if;
  found_key := leaderboard.key_at_position(period.id, at_position);
  return (
    select standings.score from leaderboard.standings
    where standings.period_id = period.id and standings.order_key = found_key);
end;
$$;
comment on function leaderboard.score_at_position(leaderboard.board_periods, bigint) is
  'The score at a position, from the counts or the archive; null beyond the last one.';

create function public.get_board_statistics(board text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(get_board_statistics.board);
  period leaderboard.board_periods := leaderboard.find_period(found_board, null);
begin
  return jsonb_build_object(
    'board', found_board.slug, 'period_id', period.id, 'version', period.version, 'as_of', period.as_of,
    'player_count', period.player_count,
    'score_total', period.score_total,
    'score_mean', round(period.score_total / nullif(period.player_count, 0), 2),
    'score_max', leaderboard.score_at_position(period, 1),
    'score_min', leaderboard.score_at_position(period, period.player_count),
    -- The score that this percentage of players does not exceed.
    'percentiles', (
      select jsonb_object_agg('p' || percent, leaderboard.score_at_position(
        period, period.player_count - ceil(period.player_count * percent / 100.0)::bigint + 1))
      from unnest(array[10, 25, 50, 75, 90, 95, 99]) as percent
      where period.player_count > 0),
    'thresholds', (
      select jsonb_object_agg(tier.name, leaderboard.score_at_position(period, tier.last_position))
      from (values ('champion', 1), ('silver', 2), ('bronze', 3), ('top_10', 10), ('elite', 100))
        as tier (name, last_position)));
end;
$$;
comment on function public.get_board_statistics(text) is
  'Statistics of the current period: players, total, mean, extremes, exact percentiles, and the score required '
  'for each tier (null while the tier is not full). The cost does not grow with the number of players. Definer: '
  'the tables are closed.';
grant execute on function public.get_board_statistics(text) to anon, authenticated, service_role;

-- schemas/leaderboard/boards/export.sql

create function leaderboard.quote_csv(value text)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Spreadsheets run a leading =, +, - or @ as a formula, even if it is full-width, as East Asian keyboards
  -- write it, or after a tab or line break.
  select '"' || replace(case when quote_csv.value ~ '^[-=+@－＝＋＠\t\r\n]' then ''''
    else '' end || coalesce(quote_csv.value, ''), '"', '""') || '"';
$$;
comment on function leaderboard.quote_csv(text) is
  'The value as a quoted CSV field that no spreadsheet interprets as a formula.';

create function public.export_period(
  board text, period_id bigint, format text default 'json', after_position bigint default 0,
    max_rows int default 1000)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(export_period.board, export_period.period_id);
  period leaderboard.board_periods := leaderboard.find_period(found_board, export_period.period_id);
  rows jsonb;
  last_position bigint;
begin
  perform leaderboard.check_page_size(max_rows, 10000);
  if after_position is null or after_position not between 0 and 1000000000 then
    perform platform.refuse(400, 'invalid_position', 'after_position must be from 0 to 1,000,000,000.',
      'Start with 0 and continue with next_position.');
  end if;
  if format is null or format not in ('json', 'csv') then
    perform platform.refuse(400, 'invalid_format', 'A period is exported as json or csv.',
      'Choose one of them.');
  end if;
  if period.state <> 'closed' then
    perform platform.refuse(409, 'period_not_closed', 'This period is not closed yet.',
      'Export it after its end.');
  end if;
  rows := leaderboard.render_standings(period.id,
    leaderboard.place_archived(period, after_position + 1, max_rows), null);
  last_position := after_position + jsonb_array_length(rows);
  return jsonb_build_object(
    'board', found_board.slug, 'time_zone', found_board.time_zone, 'period_id', period.id,
    'starts_at', period.starts_at, 'ends_at', period.ends_at,
    'archive_hash', encode(period.archive_hash, 'hex'), 'player_count', period.player_count,
    'next_position', case when last_position < period.player_count then last_position end)
    || case format
      when 'json' then jsonb_build_object('rows', rows)
      -- Each record ends itself, so a part without rows adds no empty one.
      else jsonb_build_object('csv', (
        select concat(
          case when after_position = 0
            then E'position,rank,player_id,username,display_name,score,reached_at,tier\r\n' end,
          string_agg(concat_ws(',', row_json ->> 'position', row_json ->> 'rank', row_json ->> 'player_id',
            leaderboard.quote_csv(row_json ->> 'username'), leaderboard.quote_csv(row_json ->> 'display_name'),
            row_json ->> 'score', row_json ->> 'reached_at', coalesce(row_json ->> 'tier', '')) || E'\r\n',
            '' order by place))
        from jsonb_array_elements(rows) with ordinality as entry (row_json, place)))
    end;
end;
$$;
comment on function public.export_period(text, bigint, text, bigint, int) is
  'The archive of a closed period in pages, as JSON rows or CSV (RFC 4180), with its seal; next_position '
  'continues. Definer: the archive is closed; players who hide their identity are exported without a name.';
grant execute on function public.export_period(text, bigint, text, bigint, int) to anon, authenticated,
  service_role;

-- schemas/leaderboard/boards/verification.sql

create function public.verify_board(
  board text, after_period_id bigint default null, max_periods int default 100)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  -- Not find_board: archives outlive a deactivated board.
  found_board_id bigint := (select boards.id from public.boards where boards.slug = verify_board.board);
  after_start timestamptz;
  answer jsonb;
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'not_manager', 'Only managers verify archives.', 'Ask a manager.');
  end if;
  if found_board_id is null then
    perform platform.refuse(404, 'board_not_found', 'This board does not exist.', 'See the list of boards.');
  end if;
  perform leaderboard.check_page_size(max_periods, 1000);
  if after_period_id is not null then
    select periods.starts_at into after_start from leaderboard.board_periods as periods
    where periods.id = after_period_id and periods.board_id = found_board_id and periods.state = 'closed';
    if not found then
      perform platform.refuse(404, 'period_not_found', 'This board has no such closed period.',
        'Start with its first one.');
    end if;
  end if;
  with verified as (
    select chain.id, chain.starts_at, chain.archive_hash, public.verify_archive(chain.id) as found
    from (
      select periods.id, periods.starts_at, periods.archive_hash from leaderboard.board_periods as periods
      where periods.board_id = found_board_id and periods.state = 'closed'
        and periods.starts_at > coalesce(after_start, '-infinity')
      order by periods.starts_at
      limit max_periods
    ) as chain
  ),
  last as (
    select verified.id, verified.starts_at, verified.archive_hash from verified
    order by verified.starts_at desc limit 1
  )
  select jsonb_build_object(
    'board', verify_board.board,
    'is_intact', coalesce(bool_and((verified.found ->> 'is_intact')::boolean is true), true),
    'period_count', count(*),
    'checked', coalesce(sum((verified.found ->> 'checked')::bigint), 0),
    'broken_periods', coalesce(jsonb_agg(jsonb_build_object('period_id', verified.id,
        'is_seal_intact', verified.found -> 'is_seal_intact',
        'first_broken_position', verified.found -> 'first_broken_position') order by verified.starts_at)
      filter (where (verified.found ->> 'is_intact')::boolean is not true), '[]'),
    'last_archive_hash', (select encode(last.archive_hash, 'hex') from last),
    'next_after_period_id', (
      select last.id from last where exists (
        select from leaderboard.board_periods as later
        where later.board_id = found_board_id and later.state = 'closed' and later.starts_at > last.starts_at)))
  into answer
  from verified;
  return answer;
end;
$$;
comment on function public.verify_board(text, bigint, int) is
  'Recomputes every seal of every closed period of a board, oldest first: {board, is_intact, period_count, '
  'checked, broken_periods, last_archive_hash, next_after_period_id}. Rewriting an archive with new seals breaks '
  'the seal of the next period; the last one can only be verified against a copy of last_archive_hash stored '
  'elsewhere. For managers and the service, because it reads whole archives. Definer: they are closed; the result '
  'contains no names.';
grant execute on function public.verify_board(text, bigint, int) to authenticated, service_role;

-- schemas/leaderboard/reads/cursors.sql

-- Page cursors: opaque and authenticated. They contain order keys and therefore player ids, which would
-- unmask anonymous players, so they are encrypted; and nothing is decrypted that was not sealed here.

create function leaderboard.tag_cursor(content bytea)
returns bytea
language sql
stable
set search_path = ''
as $$
  -- Pseudonyms are derived with the same key, from texts that begin with a digit.
  select substring(extensions.hmac('cursor:'::bytea || tag_cursor.content, settings.pseudonym_key, 'sha256')
    for 16)
  from leaderboard.leaderboard_settings as settings;
$$;
comment on function leaderboard.tag_cursor(bytea) is
  'The 16 bytes that only this database can put before the encrypted content of a cursor.';

create function leaderboard.seal_cursor(period_id bigint, content text)
returns text
language sql
stable
set search_path = ''
as $$
  -- The period prefix makes the rest differ from any other period, so nobody can be tracked across boards.
  select translate(encode(leaderboard.tag_cursor(sealed.content) || sealed.content, 'base64'), E'+/=\n', '-_')
  from leaderboard.leaderboard_settings as settings
  cross join lateral (
    select extensions.encrypt(convert_to(seal_cursor.period_id || ':' || seal_cursor.content, 'utf8'),
      settings.pseudonym_key, 'aes') as content
    offset 0
  ) as sealed;
$$;
comment on function leaderboard.seal_cursor(bigint, text) is 'An opaque page cursor of one period.';

create function leaderboard.refuse_cursor()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform platform.refuse(400, 'invalid_cursor', 'This cursor is not valid for this board and period.',
    'Start again from the first page.');
end;
$$;
comment on function leaderboard.refuse_cursor() is
  'One refusal for every invalid cursor, because distinct ones would reveal its content.';

create function leaderboard.open_cursor(cursor text, out period_id bigint, out content text)
language plpgsql
stable
set search_path = ''
as $$
declare
  sealed bytea;
begin
  if cursor is null then
    return;
  end if;
  -- Undecodable text is not examined further; a lone last character would be an error.
  if cursor ~ '^[A-Za-z0-9_-]{43,255}$' and length(cursor) % 4 <> 1 then
    sealed := decode(rpad(translate(cursor, '-_', '+/'), (length(cursor) + 3) / 4 * 4, '='), 'base64');
  end if;
  if sealed is null or substring(sealed for 16) <> leaderboard.tag_cursor(substring(sealed from 17)) then
    perform leaderboard.refuse_cursor();
  end if;
  select split_part(opened.text, ':', 1)::bigint, split_part(opened.text, ':', 2)
  into period_id, content
  from (
    select convert_from(extensions.decrypt(substring(sealed from 17), settings.pseudonym_key, 'aes'), 'utf8')
      as text
    from leaderboard.leaderboard_settings as settings
  ) as opened;
end;
$$;
comment on function leaderboard.open_cursor(text) is
  'The period of a cursor and its content, null for null; refuses any cursor that was not sealed here.';

-- schemas/leaderboard/reads/board_pages.sql

-- Reads of a board. All are definer functions for the same reason: the tables are closed, and visibility is
-- decided here, in one place. A board never names hidden or anonymous players, to anyone.

create function leaderboard.find_board(slug text, period_id bigint default null)
returns public.boards
language plpgsql
stable
set search_path = ''
as $$
declare
  board public.boards;
begin
  select boards.* into board from public.boards
  where boards.slug = find_board.slug and (boards.is_active or exists (
    select from leaderboard.board_periods as periods
    where periods.id = find_board.period_id and periods.board_id = boards.id and periods.state = 'closed'));
  if board.id is null then
    perform platform.refuse(404, 'board_not_found', 'This board does not exist.', 'See the list of boards.');
  end if;
  return board;
end;
$$;
comment on function leaderboard.find_board(text, bigint) is
  'The active board with this slug, or an inactive one if a closed period of it is requested; refuses an unknown '
  'one.';

create function leaderboard.find_period(board public.boards, period_id bigint)
returns leaderboard.board_periods
language plpgsql
stable
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
begin
  if find_period.period_id is null then
    period := leaderboard.current_period(board.id);
  else
    select periods.* into period from leaderboard.board_periods as periods
    where periods.id = find_period.period_id and periods.board_id = board.id;
  end if;
  if period.id is null and find_period.period_id is null and board.kind = 'season' then
    -- Before its first season: the planned season, if there is one.
    select periods.* into period from leaderboard.board_periods as periods
    where periods.board_id = board.id
    order by periods.starts_at
    limit 1;
    period.state := 'upcoming';
    period.version := 0;
    period.as_of := now();
    period.player_count := 0;
    period.score_total := 0;
  elsif period.id is null then
    perform platform.refuse(404, 'period_not_found', 'This board has no such period.',
      'See the list of boards and their periods.');
  elsif period.starts_at > now() then
    period.state := 'upcoming';
  end if;
  return period;
end;
$$;
comment on function leaderboard.find_period(public.boards, bigint) is
  'The given period of the board, or the current one; refuses an unknown one. A season that has not begun is '
  'upcoming; before the first one is planned it has no id.';

create function leaderboard.can_see_standing(player_id uuid)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  is_public boolean;
begin
  select profiles.visibility = 'public' and profiles.left_at is null into is_public from public.profiles
    where profiles.id = can_see_standing.player_id;
  if is_public then
    return true;
  end if;
  -- Otherwise asking for a player by id would reveal which anonymous row is theirs.
  return is_public is not null and coalesce(
    platform.is_service() or can_see_standing.player_id = identity.current_player_id() or identity.is_manager(),
      false);
end;
$$;
comment on function leaderboard.can_see_standing(uuid) is
  'Whether the caller may ask for this player''s standings: public players who have not left are visible to '
  'anybody; others to themselves, managers and the service.';

create function leaderboard.place_archived(period leaderboard.board_periods, first_position bigint, max_rows int)
returns leaderboard.placed_standing[]
language sql
stable
set search_path = ''
as $$
  select array_agg(row(
    archived.player_id, archived.position, archived.rank, archived.score, archived.reached_at,
    case when period.awarded_tiers then leaderboard.tier_of_position(archived.position) end)::leaderboard.placed_standing
    order by archived.position)
  from leaderboard.archived_standings as archived
  where archived.period_id = period.id
    and archived.position >= first_position and archived.position < first_position + max_rows;
$$;
comment on function leaderboard.place_archived(leaderboard.board_periods, bigint, int) is
  'Standings from a position on, from the archive of a closed period, with the tiers that it awarded.';

create function leaderboard.check_page_size(max_rows int, most int)
returns int
language plpgsql
immutable
set search_path = ''
as $$
begin
  if max_rows is null or max_rows < 1 or max_rows > most then
    perform platform.refuse(400, 'invalid_limit', format('A page has 1 to %s rows.', most),
      'Change the limit.');
  end if;
  return max_rows;
end;
$$;
comment on function leaderboard.check_page_size(int, int) is 'The page size; refused if out of bounds.';

create function leaderboard.check_position(at_position bigint)
returns bigint
language plpgsql
immutable
set search_path = ''
as $$
begin
  if at_position is null or at_position not between 1 and 1000000000 then
    perform platform.refuse(400, 'invalid_position', 'Positions range from 1 to 1,000,000,000.',
      'Start at position 1.');
  end if;
  return at_position;
end;
$$;
comment on function leaderboard.check_position(bigint) is 'The position; refused if no board can have it.';

create function leaderboard.list_page(
  board public.boards, period leaderboard.board_periods, first_position bigint, after_key text, max_rows int,
    movement text)
returns json
language plpgsql
stable
set search_path = ''
as $$
declare
  placed leaderboard.placed_standing[];
  last leaderboard.placed_standing;
  next_key text;
begin
  if period.state = 'closed' then
    -- A key from when the period was still open; it is longer than any position.
    placed := leaderboard.place_archived(period,
      case
        when after_key is null then first_position
        when length(after_key) < 48 then after_key::bigint + 1
        else leaderboard.archived_position_after(period.id, decode(after_key, 'hex'))
      end, max_rows);
  elsif after_key is not null then
    -- One more byte: the first key after this one.
    placed := leaderboard.place_standings(board.id, period.id, decode(after_key || '00', 'hex'), max_rows);
  else
    placed := leaderboard.place_standings(board.id, period.id, leaderboard.key_at_position(period.id,
      first_position), max_rows);
  end if;
  last := placed[cardinality(placed)];
  if last.place < period.player_count then
    next_key := case when period.state = 'closed' then last.place::text
      else encode(leaderboard.order_key(last.score, last.reached_at, last.player_id), 'hex') end;
  end if;
  return leaderboard.render_page(board, period,
    leaderboard.render_standings(period.id, placed,
      case when period.state <> 'closed' then leaderboard.window_version(period, movement) end),
    leaderboard.seal_cursor(period.id, next_key));
end;
$$;
comment on function leaderboard.list_page(public.boards, leaderboard.board_periods, bigint, text, int, text) is
  'A page from a position or key on; in an archive, after a position or key.';

create function public.get_board_page(
  board text,
  max_rows int default 100,
  cursor text default null,
  from_position bigint default null,
  period_id bigint default null,
  movement text default 'day')
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards;
  period leaderboard.board_periods;
  page json;
  player_count bigint;
  current_id bigint;
  opened record;
begin
  -- The most frequent page was rendered when it was published.
  if max_rows between 1 and 100 and cursor is null and coalesce(from_position, 1) = 1 and movement = 'day'
    and period_id is null
  then
    select tops.page, current.player_count, current.id into page, player_count, current_id
    from public.boards
    cross join lateral (
      select periods.id, periods.player_count from leaderboard.board_periods as periods
      where periods.board_id = boards.id and (periods.starts_at is null or periods.starts_at <= now())
      order by periods.starts_at desc nulls last
      limit 1
    ) as current
    join leaderboard.board_tops as tops on tops.period_id = current.id
    where boards.slug = get_board_page.board and boards.is_active;
    if page is not null and (max_rows = 100 or player_count <= max_rows) then
      return page;
    elsif page is not null then
      return jsonb_build_object('board', page -> 'board',
        'standings', jsonb_path_query_array(page::jsonb, '$.standings[0 to $last]',
          jsonb_build_object('last', max_rows - 1)),
        'next_cursor', leaderboard.seal_cursor(current_id,
          encode(leaderboard.key_at_position(current_id, max_rows), 'hex')));
    end if;
  end if;
  -- A cursor continues in its own period, even if another one is current by now.
  opened := leaderboard.open_cursor(cursor);
  found_board := leaderboard.find_board(get_board_page.board, coalesce(get_board_page.period_id, opened.period_id));
  if opened.period_id <> get_board_page.period_id or opened.period_id is not null and not exists (
    select from leaderboard.board_periods as periods
    where periods.id = opened.period_id and periods.board_id = found_board.id)
  then
    perform leaderboard.refuse_cursor();
  end if;
  period := leaderboard.find_period(found_board, coalesce(get_board_page.period_id, opened.period_id));
  perform leaderboard.check_page_size(max_rows, 1000);
  return leaderboard.list_page(found_board, period, leaderboard.check_position(coalesce(from_position, 1)),
    opened.content, max_rows, movement);
end;
$$;
comment on function public.get_board_page(text, int, text, bigint, bigint, text) is
  'A page of a board, of the current or any period: {board, standings, next_cursor}. From the top, after a cursor '
  '(in its own period), or from a position. Movement since the last refresh, hour, day or week.';
grant execute on function public.get_board_page(text, int, text, bigint, bigint, text) to anon,
  authenticated, service_role;

-- schemas/leaderboard/reads/standing.sql

-- Standings of players. Definer functions: the tables are closed, see board_pages.

create function leaderboard.place_player(board public.boards, period leaderboard.board_periods, player_id uuid)
returns leaderboard.placed_standing
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
  placed leaderboard.placed_standing;
begin
  if period.state = 'closed' then
    select archived.player_id, archived.position, archived.rank, archived.score, archived.reached_at,
      case when period.awarded_tiers then leaderboard.tier_of_position(archived.position) end
    into placed
    from leaderboard.archived_standings as archived
    where archived.period_id = period.id and archived.player_id = place_player.player_id;
    return placed;
  end if;
  select standings.order_key, standings.player_id, standings.score, standings.reached_at, tiers.tier
  into found_key, placed.player_id, placed.score, placed.reached_at, placed.tier
  from leaderboard.standings
  left join public.player_tiers as tiers on tiers.board_id = board.id
    and tiers.player_id = standings.player_id and tiers.period_id = period.id
  where standings.period_id = period.id and standings.player_id = place_player.player_id
    and standings.order_key is not null;
  if found_key is null then
    return null;
  end if;
  select places.place, places.rank into placed.place, placed.rank
  from leaderboard.count_places(period.id, found_key) as places;
  return placed;
end;
$$;
comment on function leaderboard.place_player(public.boards, leaderboard.board_periods, uuid) is
  'A player''s place in a period, null if not listed; a handful of index reads, however many players there are.';

create function leaderboard.render_standing(board public.boards, period leaderboard.board_periods, player_id uuid,
  movement text default 'day')
returns json
language plpgsql
stable
set search_path = ''
as $$
declare
  placed leaderboard.placed_standing;
begin
  if not leaderboard.can_see_standing(render_standing.player_id) then
    return null;
  end if;
  placed := leaderboard.place_player(board, period, render_standing.player_id);
  if placed.player_id is null then
    return null;
  end if;
  return leaderboard.render_standings(period.id, array[placed],
    case when period.state <> 'closed' then leaderboard.window_version(period, movement) end,
      placed.player_id) -> 0;
end;
$$;
comment on function leaderboard.render_standing(public.boards, leaderboard.board_periods, uuid, text) is
  'The wire format of one player''s standing with its movement; null if not listed or not visible.';

create function leaderboard.find_listed_player(
  board text, player_id uuid, out board_id bigint, out period_id bigint, out own leaderboard.placed_standing,
  out username text, out display_name text, out avatar_url text)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
-- A hundred tiers fit on one page, which the planner prefers to read whole instead of using the index.
set enable_seqscan = off
as $$
declare
  place bigint;
  rank bigint;
  score bigint;
  reached_at timestamptz;
  tier text;
begin
  -- The same as count_places, in one statement with everything else, because starting another one costs as
  -- much as a lookup.
  select boards.id, periods.id, profiles.username, profiles.display_name, profiles.avatar_url,
    standings.score, standings.reached_at, tiers.tier,
    tree.ahead + leaf.players + 1, tree.ahead_in_score + leaf.players_in_score + 1
  into board_id, period_id, username, display_name, avatar_url, score, reached_at, tier, place, rank
  from public.boards
  cross join lateral (
    select current.id, current.state from leaderboard.board_periods as current
    where current.board_id = boards.id and (current.starts_at is null or current.starts_at <= now())
    order by current.starts_at desc nulls last
    limit 1
  ) as periods
  join leaderboard.standings on standings.period_id = periods.id
    and standings.player_id = find_listed_player.player_id
  join public.profiles on profiles.id = find_listed_player.player_id
  left join public.player_tiers as tiers on tiers.board_id = boards.id
    and tiers.player_id = find_listed_player.player_id and tiers.period_id = periods.id
  cross join lateral (
    select length(begun.score_key) as score_length, begun.score_key
    from (select leaderboard.score_key(standings.order_key) as score_key) as begun
    offset 0
  ) as key
  cross join lateral (
    select coalesce(sum(nodes.cumulative[get_byte(standings.order_key, length(nodes.prefix))]), 0) as ahead,
      coalesce(sum(nodes.cumulative[get_byte(standings.order_key, length(nodes.prefix))])
        filter (where length(nodes.prefix) < key.score_length), 0) as ahead_in_score,
      max(length(nodes.prefix)) as reached
    from leaderboard.standing_nodes as nodes
    where nodes.period_id = standings.period_id
      and nodes.prefix = any (array[''::bytea,
        substring(standings.order_key for 1), substring(standings.order_key for 2),
        substring(standings.order_key for 3), substring(standings.order_key for 4),
        substring(standings.order_key for 5)])
  ) as tree
  cross join lateral (
    select count(*) as players,
      count(*) filter (where near.order_key < key.score_key) as players_in_score
    from leaderboard.standings as near
    where near.period_id = standings.period_id
      and near.order_key >= substring(standings.order_key for tree.reached + 1)
      and near.order_key < standings.order_key
  ) as leaf
  where boards.slug = find_listed_player.board and boards.is_active and periods.state <> 'closed'
    and profiles.visibility = 'public' and profiles.left_at is null and standings.order_key is not null
    -- A crowd with equal scores has nodes further down.
    and tree.reached < 5;
  own := row(find_listed_player.player_id, place, rank, score, reached_at, tier);
end;
$$;
comment on function leaderboard.find_listed_player(text, uuid) is
  'A public player''s current standing and name in as few reads as possible; no period for all other players, who '
  'need the full checks.';

create function public.get_standing(
  board text, player_id uuid, period_id bigint default null, movement text default 'day')
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards;
  listed record;
  own leaderboard.placed_standing;
begin
  -- The plain question, where a public player stands now, is the most frequent one.
  if period_id is null and movement is null then
    listed := leaderboard.find_listed_player(get_standing.board, get_standing.player_id);
    if listed.period_id is not null then
      own := listed.own;
      return json_build_object(
        'player_id', own.player_id, 'username', listed.username, 'display_name', listed.display_name,
        'avatar_url', listed.avatar_url, 'position', own.place, 'rank', own.rank, 'score', own.score,
        'reached_at', own.reached_at, 'tier', own.tier, 'movement', null, 'is_anonymous', false,
        'is_tied', own.rank <> own.place or leaderboard.has_equal_below(listed.period_id, own));
    end if;
  end if;
  found_board := leaderboard.find_board(get_standing.board, get_standing.period_id);
  return leaderboard.render_standing(
    found_board, leaderboard.find_period(found_board, get_standing.period_id), get_standing.player_id, movement);
end;
$$;
comment on function public.get_standing(text, uuid, bigint, text) is
  'One player''s standing; null if not on the board, or if the player hides their identity and the caller is '
  'neither the player, a manager nor the service. movement null omits it, which is the cheapest read.';
grant execute on function public.get_standing(text, uuid, bigint, text) to anon, authenticated, service_role;

-- schemas/leaderboard/reads/neighbours.sql

-- The players directly above and below a player. Definer for the same reason as all reads of a board: see
-- board_pages.

create function leaderboard.place_neighbours(
  board_id bigint, period_id bigint, own leaderboard.placed_standing, each_side int)
returns leaderboard.placed_standing[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  own_key bytea := leaderboard.order_key(own.score, own.reached_at, own.player_id);
  placed leaderboard.placed_standing[];
  rank_before bigint;
begin
  -- Positions count on from the player's own. The first row may share its rank with players further ahead:
  -- one more row is read to rule that out, and only otherwise are they counted.
  select array_agg(row(near.player_id, near.place,
      case when near.score = own.score then own.rank else near.first_place end,
      near.score, near.reached_at, (
        -- Looked up one by one, because reading all tiers to join a dozen rows takes longer.
        select tiers.tier from public.player_tiers as tiers
        where tiers.board_id = place_neighbours.board_id and tiers.player_id = near.player_id
          and tiers.period_id = place_neighbours.period_id
      ))::leaderboard.placed_standing order by near.place)
    filter (where near.place >= own.place - each_side)
  into placed
  from (
    select side.*, min(side.place) over (partition by side.score) as first_place
    from (
      (select standings.player_id, standings.score, standings.reached_at,
        own.place - row_number() over (order by standings.order_key desc) as place
      from leaderboard.standings
      where standings.period_id = place_neighbours.period_id and standings.order_key < own_key
      order by standings.order_key desc limit each_side + 1)
      union all
      (select standings.player_id, standings.score, standings.reached_at,
        own.place - 1 + row_number() over (order by standings.order_key) as place
      from leaderboard.standings
      where standings.period_id = place_neighbours.period_id and standings.order_key >= own_key
      order by standings.order_key limit each_side + 1)
    ) as side
  ) as near;
  if placed[1].rank < placed[1].place and placed[1].score <> own.score then
    rank_before := leaderboard.count_ahead(place_neighbours.period_id, leaderboard.score_key(
      leaderboard.order_key(placed[1].score, placed[1].reached_at, placed[1].player_id)));
    for i in 1..cardinality(placed) loop
      exit when placed[i].score <> placed[1].score;
      placed[i].rank := rank_before + 1;
    end loop;
  end if;
  return placed;
end;
$$;
comment on function leaderboard.place_neighbours(bigint, bigint, leaderboard.placed_standing, int) is
  'A player at a known position and up to that many neighbours on each side, in order, each with position and '
  'shared rank.';

create function public.get_standings_around(
  board text, player_id uuid, each_side int default 5, period_id bigint default null,
    movement text default 'day')
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards;
  period leaderboard.board_periods;
  listed record;
  own leaderboard.placed_standing;
  placed leaderboard.placed_standing[];
begin
  if each_side is null or each_side not between 0 and 100 then
    perform platform.refuse(400, 'invalid_limit', 'Ask for 0 to 100 neighbours on each side.', 'Change the limit.');
  end if;
  if period_id is null and movement is null then
    listed := leaderboard.find_listed_player(get_standings_around.board, get_standings_around.player_id);
    if listed.period_id is not null then
      return leaderboard.render_standings(listed.period_id,
        leaderboard.place_neighbours(listed.board_id, listed.period_id, listed.own, each_side), null);
    end if;
  end if;
  found_board := leaderboard.find_board(get_standings_around.board, get_standings_around.period_id);
  period := leaderboard.find_period(found_board, get_standings_around.period_id);
  if not leaderboard.can_see_standing(get_standings_around.player_id) then
    return null;
  end if;
  own := leaderboard.place_player(found_board, period, get_standings_around.player_id);
  if own.player_id is null then
    return null;
  end if;
  if period.state = 'closed' then
    placed := leaderboard.place_archived(period, greatest(own.place - each_side, 1),
      each_side + 1 + least(each_side, own.place - 1)::int);
  else
    placed := leaderboard.place_neighbours(found_board.id, period.id, own, each_side);
  end if;
  return leaderboard.render_standings(period.id, placed,
    case when period.state <> 'closed' then leaderboard.window_version(period, movement) end, own.player_id);
end;
$$;
comment on function public.get_standings_around(text, uuid, int, bigint, text) is
  'A player and up to that many neighbours on each side, in order; null under the same conditions as get_standing.';
grant execute on function public.get_standings_around(text, uuid, int, bigint, text) to anon, authenticated,
  service_role;

-- schemas/leaderboard/reads/several_standings.sql

-- The standings of several players shown together: a team, friends, a watch list.

create function public.get_standings(
  board text, player_ids uuid[], period_id bigint default null, movement text default 'day')
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(get_standings.board, get_standings.period_id);
  period leaderboard.board_periods := leaderboard.find_period(found_board, get_standings.period_id);
  since_version bigint;
begin
  if not coalesce(cardinality(player_ids) between 1 and 100, false) then
    perform platform.refuse(400, 'invalid_players', 'Ask for 1 to 100 players.', 'Ask for fewer players.');
  end if;
  if period.state <> 'closed' then
    since_version := leaderboard.window_version(period, movement);
  end if;
  return (
    select coalesce(json_agg(
      leaderboard.render_standings(period.id, array[places.entry], since_version, (places.entry).player_id) -> 0
        order by (places.entry).place), '[]')
    from (
      select leaderboard.place_player(found_board, period, asked.player_id) as entry
      from (select distinct listed.player_id from unnest(player_ids) as listed (player_id)) as asked
      where leaderboard.can_see_standing(asked.player_id)
      -- Each position is computed once, however often its parts are named above.
      offset 0
    ) as places
    where (places.entry).player_id is not null);
end;
$$;
comment on function public.get_standings(text, uuid[], bigint, text) is
  'The standings of up to 100 players, in board order. Players who are not on the board are omitted, and so are '
  'players who hide their identity, unless the caller is that player, a manager or the service. Definer: the '
  'tables are closed, see board_pages.';
grant execute on function public.get_standings(text, uuid[], bigint, text) to anon, authenticated, service_role;

-- schemas/leaderboard/reads/search.sql

-- Players by name. A definer function: the tables are closed, see board_pages.

create function leaderboard.match_names(needle text, max_rows int)
returns table (step int, sort_key text, player public.profiles)
language plpgsql
stable
set search_path = ''
-- A prefix becomes an index range only in a plan for that specific text.
set plan_cache_mode = force_custom_plan
as $$
declare
  folded text := nullif(identity.fold_name(needle), '');
  pattern text := regexp_replace(needle, '([\\%_])', '\\\1', 'g');
  folded_pattern text := regexp_replace(folded, '([\\%_])', '\\\1', 'g');
begin
  -- Each step reads an index in result order, so a few rows are enough however many match.
  return query
  (select 1, profiles.username, profiles
  from public.profiles
  where profiles.username = needle
    and profiles.visibility = 'public' and profiles.left_at is null
  order by profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 2, profiles.username, profiles
  from public.profiles
  where identity.fold_name(profiles.display_name) = folded
    and profiles.visibility = 'public' and profiles.left_at is null
  order by profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 3, profiles.username, profiles
  from public.profiles
  where profiles.username like pattern || '%'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 4, identity.fold_name(profiles.display_name), profiles
  from public.profiles
  where identity.fold_name(profiles.display_name) like folded_pattern || '%'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by identity.fold_name(profiles.display_name) using operator(pg_catalog.~<~),
    profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 5, identity.name_rest(profiles.display_name), profiles
  from public.profiles
  where identity.name_rest(profiles.display_name) like folded_pattern || '%'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by identity.name_rest(profiles.display_name) using operator(pg_catalog.~<~),
    profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 6, identity.last_name_word(profiles.display_name), profiles
  from public.profiles
  where identity.last_name_word(profiles.display_name) like folded_pattern || '%'
    and profiles.display_name ~ '[\s._-].*[\s._-]'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by identity.last_name_word(profiles.display_name) using operator(pg_catalog.~<~),
    profiles.username using operator(pg_catalog.~<~) limit max_rows);
end;
$$;
comment on function leaderboard.match_names(text, int) is
  'Public players by name, one row for each matching step: the username, the name, a prefix of the username, of '
  'the name, of the name without its first word, of its last word. The first rows of each step are enough for as '
  'many in total.';

-- Search is open to everybody, so it is counted. Volatile because it writes: PostgREST then serves it by POST
-- only.
create function public.search_players(query text, board text default null, max_rows int default 10)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  needle text := lower(trim(search_players.query));
  found_board public.boards;
  period leaderboard.board_periods;
begin
  -- The service has already counted the person it searches for.
  if not platform.is_service() then
    perform platform.count_attempt('search', platform.describe_caller());
  end if;
  perform leaderboard.check_page_size(max_rows, 100);
  if needle is null or char_length(needle) not between 1 and 80 then
    perform platform.refuse(400, 'invalid_query', 'Search for text of 1 to 80 characters.', 'Type part of a name.');
  end if;
  if search_players.board is not null then
    found_board := leaderboard.find_board(search_players.board);
    period := leaderboard.current_period(found_board.id);
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'player_id', (best.player).id, 'username', (best.player).username,
      'display_name', (best.player).display_name, 'avatar_url', (best.player).avatar_url,
      'standing', case when period.id is not null then leaderboard.render_standing(found_board, period,
        (best.player).id) end
    ) order by best.place), '[]')
    from (
      select hit.player, row_number() over (
        order by hit.step, hit.sort_key collate "C", (hit.player).username collate "C") as place
      from (
        select distinct on ((matched.player).id) matched.*
        from leaderboard.match_names(needle, max_rows) as matched
        order by (matched.player).id, matched.step
      ) as hit
      order by place
      limit max_rows
    ) as best);
end;
$$;
comment on function public.search_players(text, text, int) is
  'Public players by name, ignoring case and accents, with their standing on the given board: exact matches '
  'first, then names that start with the text, then names whose second or last word does; a total order, so a '
  'longer result extends a shorter one. Anonymous and hidden players are never found. Counted per player, or per '
  'address for visitors: refuses DS429.';
grant execute on function public.search_players(text, text, int) to anon, authenticated, service_role;

-- schemas/leaderboard/reads/overtaking.sql

-- The parts of an explanation of a move. A move is explained in ranks, as boards show them.

create function leaderboard.list_applied_events(
  board public.boards, period leaderboard.board_periods, player_id uuid, since pg_snapshot, max_rows int)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'event_id', recent.id, 'metric', recent.metric, 'units', recent.units, 'points', recent.points,
    'occurred_at', recent.occurred_at, 'is_void', recent.voids_id is not null)
      order by recent.occurred_at desc, recent.id desc), '[]')
  from (
    select events.* from public.score_events as events
    where events.player_id = list_applied_events.player_id
      and (board.metrics is null or events.metric = any (board.metrics))
      and (period.starts_at is null or events.counts_at >= period.starts_at
        or exists (select from leaderboard.late_routes as routes where routes.event_id = events.id
          and routes.period_id = period.id))
      and (period.ends_at is null or events.counts_at < period.ends_at)
      and not pg_visible_in_snapshot(events.transaction_id, since)
      and pg_visible_in_snapshot(events.transaction_id, period.applied_snapshot)
    order by events.occurred_at desc, events.id desc
    limit max_rows
  ) as recent;
$$;
comment on function leaderboard.list_applied_events(public.boards, leaderboard.board_periods, uuid, pg_snapshot,
  int) is
  'The player''s latest events that are in the published version but not in the earlier one: exactly what was '
  'applied in between.';

create function leaderboard.score_at(period_id bigint, player_id uuid, at_version bigint)
returns bigint
language sql
stable
set search_path = ''
as $$
  select standings.score from leaderboard.standings
  where standings.period_id = score_at.period_id and standings.player_id = score_at.player_id
    and standings.since_version <= at_version
  union all
  (select history.score from leaderboard.standing_history as history
  where history.period_id = score_at.period_id and history.player_id = score_at.player_id
    and history.since_version <= at_version and history.until_version > at_version
  limit 1)
  limit 1;
$$;
comment on function leaderboard.score_at(bigint, uuid, bigint) is
  'A player''s score at a kept version; null if there is none.';

create function leaderboard.describe_passing(period leaderboard.board_periods, at_version bigint, player_ids uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'display_name', case when profiles.visibility = 'public' and profiles.left_at is null then profiles.display_name
      else 'Anonymous player' end,
    'username', case when profiles.visibility = 'public' and profiles.left_at is null then profiles.username end,
    'position_before', leaderboard.position_at(period.id, passing.player_id, at_version),
    'position', leaderboard.count_ahead(period.id, standings.order_key) + 1,
    'score', standings.score,
    'points', standings.score - coalesce(leaderboard.score_at(period.id, passing.player_id, at_version), 0)
  ) order by passing.place), '[]')
  from unnest(player_ids) with ordinality as passing (player_id, place)
  join public.profiles on profiles.id = passing.player_id
  join leaderboard.standings on standings.period_id = period.id and standings.player_id = passing.player_id;
$$;
comment on function leaderboard.describe_passing(leaderboard.board_periods, bigint, uuid[]) is
  'Players who overtook or were overtaken, with their position before and now, and their points in between.';

create function leaderboard.list_overtakers(
  period leaderboard.board_periods, at_version bigint, own_key bytea, former_key bytea, reach int, max_rows int)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with near as (
    select standings.player_id, standings.order_key
    from leaderboard.standings
    where standings.period_id = period.id and standings.order_key < own_key
    order by standings.order_key desc
    limit reach
  ),
  passing as (
    select near.player_id, near.order_key
    from near
    cross join lateral (select leaderboard.key_at(period.id, near.player_id, at_version) as order_key) as former
    where former_key is not null and (former.order_key is null or former.order_key > former_key)
  )
  select jsonb_build_object(
    'count', (select count(*) from passing),
    'is_complete', (select count(*) from near) < reach,
    'players', leaderboard.describe_passing(period, at_version, array(
      select passing.player_id from passing order by passing.order_key desc limit max_rows)));
$$;
comment on function leaderboard.list_overtakers(leaderboard.board_periods, bigint, bytea, bytea, int, int) is
  'Players who are ahead now and were behind, or absent, at the earlier version; nearest first.';

create function leaderboard.list_overtaken(
  period leaderboard.board_periods, at_version bigint, own_key bytea, former_key bytea, reach int, max_rows int)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with near as (
    select standings.player_id, standings.order_key
    from leaderboard.standings
    where standings.period_id = period.id and standings.order_key > own_key
    order by standings.order_key
    limit reach
  ),
  passing as (
    select near.player_id, near.order_key
    from near
    cross join lateral (select leaderboard.key_at(period.id, near.player_id, at_version) as order_key) as former
    where former.order_key is not null and (former_key is null or former.order_key < former_key)
  )
  select jsonb_build_object(
    'count', (select count(*) from passing),
    'is_complete', (select count(*) from near) < reach,
    'players', leaderboard.describe_passing(period, at_version, array(
      select passing.player_id from passing order by passing.order_key limit max_rows)));
$$;
comment on function leaderboard.list_overtaken(leaderboard.board_periods, bigint, bytea, bytea, int, int) is
  'Players who are behind now and were ahead at the earlier version; nearest first.';

-- schemas/leaderboard/reads/history.sql

-- The past of a board, from the kept versions. Definer functions: the tables are closed, see board_pages.

create function leaderboard.read_since(period leaderboard.board_periods, since text)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  if since in ('refresh', 'hour', 'day', 'week') then
    return leaderboard.window_version(period, since);
  end if;
  if since is null or not pg_input_is_valid(since, 'timestamptz') then
    perform platform.refuse(400, 'invalid_since', 'Since must be refresh, hour, day, week or a time.',
      'Use an ISO 8601 time.');
  end if;
  return coalesce(
    leaderboard.version_at(period.id, since::timestamptz),
    (select min(versions.version) from leaderboard.board_versions as versions
      where versions.period_id = period.id));
end;
$$;
comment on function leaderboard.read_since(leaderboard.board_periods, text) is
  'The kept version for a window or a moment.';

create function leaderboard.place_at(period leaderboard.board_periods, player_id uuid, at_version bigint,
  out place bigint, out score bigint)
language plpgsql
stable
set search_path = ''
as $$
begin
  if period.state = 'closed' and at_version = period.version then
    select archived.position, archived.score into place_at.place, place_at.score
    from leaderboard.archived_standings as archived
    where archived.period_id = period.id and archived.player_id = place_at.player_id;
    return;
  end if;
  place_at.place := leaderboard.position_at(period.id, place_at.player_id, at_version);
  place_at.score := leaderboard.score_at(period.id, place_at.player_id, at_version);
end;
$$;
comment on function leaderboard.place_at(leaderboard.board_periods, uuid, bigint) is
  'A player''s position and score at a kept version; the last one of a closed period is the archive.';

create function public.get_rank_history(board text, player_ids uuid[], since text default 'week',
  max_points int default 60, period_id bigint default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(get_rank_history.board, get_rank_history.period_id);
  period leaderboard.board_periods := leaderboard.find_period(found_board, get_rank_history.period_id);
  -- There is no version before the first one: everything is since then.
  from_version bigint := coalesce(leaderboard.read_since(period, since), 0);
begin
  perform leaderboard.check_page_size(max_points, 500);
  if cardinality(player_ids) not between 1 and 10 then
    perform platform.refuse(400, 'invalid_players', 'A history covers 1 to 10 players.',
      'Ask for fewer players.');
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'player_id', asked.player_id,
      'points', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'version', sampled.version, 'as_of', sampled.as_of,
          'position', placed.place, 'score', placed.score) order by sampled.version), '[]')
        from (
          -- All of them while they are few, otherwise evenly spread in time; always including the last one.
          select distinct on (slotted.slot) slotted.version, slotted.as_of
          from (
            select versions.version, versions.as_of,
              case when bounds.version_count <= max_points then versions.version
                else width_bucket(extract(epoch from versions.as_of), bounds.first_at, bounds.last_at + 1,
                  max_points)
              end as slot
            from leaderboard.board_versions as versions
            cross join (
              select count(*) as version_count, extract(epoch from min(kept.as_of)) as first_at,
                extract(epoch from max(kept.as_of)) as last_at
              from leaderboard.board_versions as kept
              where kept.period_id = period.id and kept.version >= from_version
            ) as bounds
            where versions.period_id = period.id and versions.version >= from_version
          ) as slotted
          order by slotted.slot, slotted.version desc
        ) as sampled
        cross join lateral leaderboard.place_at(period, asked.player_id, sampled.version) as placed)
    ) order by asked.place), '[]')
    from unnest(player_ids) with ordinality as asked (player_id, place)
    where leaderboard.can_see_standing(asked.player_id));
end;
$$;
comment on function public.get_rank_history(text, uuid[], text, int, bigint) is
  'Positions and scores of up to ten players over time on the current or another period: [{player_id, points: '
  '[{version, as_of, position, score}]}]. Players who hide their identity are omitted for others.';
grant execute on function public.get_rank_history(text, uuid[], text, int, bigint) to anon, authenticated,
  service_role;

create function public.explain_movement(board text, player_id uuid, since text default 'day',
  max_rows int default 10)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(explain_movement.board);
  period leaderboard.board_periods := leaderboard.find_period(found_board, null);
  from_version leaderboard.board_versions;
  own record;
  former record;
  own_key bytea := leaderboard.key_at(period.id, explain_movement.player_id, period.version);
  former_key bytea;
  -- Neighbours considered on each side; beyond it the result is marked as incomplete.
  reach int := 200;
begin
  perform leaderboard.check_page_size(max_rows, 100);
  own := leaderboard.place_at(period, explain_movement.player_id, period.version);
  if not leaderboard.can_see_standing(explain_movement.player_id) or own.place is null then
    return null;
  end if;
  select versions.* into from_version from leaderboard.board_versions as versions
  where versions.period_id = period.id and versions.version = leaderboard.read_since(period, since);
  if from_version.version is null and period.state = 'closed' then
    select versions.* into from_version from leaderboard.board_versions as versions
    where versions.period_id = period.id and versions.version = period.version;
  end if;
  former_key := leaderboard.key_at(period.id, explain_movement.player_id, from_version.version);
  former := leaderboard.place_at(period, explain_movement.player_id, from_version.version);
  return jsonb_build_object(
    'since', jsonb_build_object('version', from_version.version, 'as_of', from_version.as_of,
      'position', former.place, 'score', former.score)
      || leaderboard.rank_at(period.id, from_version.version, former.place),
    'now', jsonb_build_object('version', period.version, 'as_of', period.as_of,
      'position', own.place, 'score', own.score)
      || leaderboard.rank_at(period.id, period.version, own.place),
    -- Before the first version there was nothing, so all events of the period explain it.
    'events', leaderboard.list_applied_events(found_board, period, explain_movement.player_id,
      coalesce(from_version.applied_snapshot, '1:1:'), max_rows),
    'passed_by', leaderboard.list_overtakers(period, from_version.version, own_key, former_key, reach, max_rows),
    'passed', leaderboard.list_overtaken(period, from_version.version, own_key, former_key, reach, max_rows));
end;
$$;
comment on function public.explain_movement(text, uuid, text, int) is
  'Why a player moved: {since, now, events, passed_by, passed}: own events applied in between, which of the next '
  '200 ahead were behind before, and which of the next 200 behind were ahead. For a closed period whose past is '
  'no longer kept, since and now are both its end, and nothing happened in between. Null if not on the board or '
  'not visible.';
grant execute on function public.explain_movement(text, uuid, text, int) to anon, authenticated, service_role;

-- schemas/leaderboard/reads/past_boards.sql

-- A board at a past moment, from any position on.

create function leaderboard.key_beyond(beginning bytea)
returns bytea
language sql
immutable
set search_path = ''
return beginning || decode(repeat('ff', 40), 'hex');
comment on function leaderboard.key_beyond(bytea) is
  'Sorts after every order key with this prefix, because no key is that long.';

create function leaderboard.key_at_position_at(period_id bigint, at_version bigint, at_position bigint)
returns bytea
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  beginning bytea := '';
  remaining bigint := key_at_position_at.at_position;
  counts int[];
  byte int;
begin
  if remaining is null or remaining < 1 then
    return null;
  end if;
  -- Down the nodes as in key_at_position, each as it was at that version.
  loop
    counts := (
      select nodes.cumulative from leaderboard.standing_nodes as nodes
      where nodes.period_id = key_at_position_at.period_id and nodes.prefix = beginning
        and nodes.since_version <= at_version
      union all
      select former.cumulative
      from (
        select history.cumulative, history.since_version
        from leaderboard.standing_node_history as history
        where history.period_id = key_at_position_at.period_id and history.prefix = beginning
          and history.until_version > at_version
        order by history.until_version
        limit 1
      ) as former
      where former.since_version <= at_version);
    exit when counts is null;
    if counts[256] < remaining then
      return null;
    end if;
    -- Counts are sorted: skip as many bytes as have fewer players up to them.
    byte := width_bucket((remaining - 1)::int, counts);
    remaining := remaining - coalesce(counts[byte], 0);
    beginning := beginning || set_byte('\x00', 0, byte);
  end loop;
  return (
    select valid.order_key
    from (
      select standings.order_key from leaderboard.standings
      where standings.period_id = key_at_position_at.period_id and standings.since_version <= at_version
        and standings.order_key between beginning and leaderboard.key_beyond(beginning)
      union all
      select history.order_key from leaderboard.standing_history as history
      where history.period_id = key_at_position_at.period_id
        and history.since_version <= at_version and history.until_version > at_version
        and history.order_key between beginning and leaderboard.key_beyond(beginning)
    ) as valid
    order by valid.order_key
    offset remaining - 1
    limit 1);
end;
$$;
comment on function leaderboard.key_at_position_at(bigint, bigint, bigint) is
  'The order key at this position at a kept version of the period; null beyond the last one.';

create function leaderboard.place_standings_at(
  period_id bigint, at_version bigint, first_position bigint, last_position bigint)
returns leaderboard.placed_standing[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  first_key bytea := leaderboard.key_at_position_at(place_standings_at.period_id, at_version, first_position);
  -- Both ends are found first: rows that changed since are skipped only between them.
  last_key bytea := leaderboard.key_at_position_at(place_standings_at.period_id, at_version, last_position);
  -- The first row may share its rank with players ahead of it.
  rank_before bigint := leaderboard.count_ahead_at(
    place_standings_at.period_id, at_version, leaderboard.score_key(first_key));
begin
  return (
    select array_agg(row(
      numbered.player_id, numbered.place,
      case when numbered.first_place = first_position then rank_before + 1 else numbered.first_place end,
      numbered.score, numbered.reached_at, tiers.tier)::leaderboard.placed_standing order by numbered.place)
    from (
      select ranked.*, min(ranked.place) over (partition by ranked.score) as first_place
      from (
        select valid.*, first_position - 1 + row_number() over (order by valid.order_key) as place
        from (
          select standings.player_id, standings.score, standings.reached_at, standings.order_key
          from leaderboard.standings
          where standings.period_id = place_standings_at.period_id and standings.since_version <= at_version
            and standings.order_key between first_key and last_key
          union all
          select history.player_id, history.score, history.reached_at, history.order_key
          from leaderboard.standing_history as history
          where history.period_id = place_standings_at.period_id
            and history.since_version <= at_version and history.until_version > at_version
            and history.order_key between first_key and last_key
        ) as valid
      ) as ranked
    ) as numbered
    left join leaderboard.tier_history as tiers
      on tiers.period_id = place_standings_at.period_id and tiers.player_id = numbered.player_id
        and tiers.since_version <= at_version
        and (tiers.until_version is null or tiers.until_version > at_version));
end;
$$;
comment on function leaderboard.place_standings_at(bigint, bigint, bigint, bigint) is
  'The standings between two positions at a kept version of the period, with the official tiers of that version; '
  'null if nobody was on the board.';

create function public.get_board_at(board text, at timestamptz, max_rows int default 100,
  period_id bigint default null, from_position bigint default 1)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(get_board_at.board, get_board_at.period_id);
  period leaderboard.board_periods;
  shown leaderboard.board_versions;
  last_position bigint;
begin
  perform leaderboard.check_page_size(max_rows, 1000);
  perform leaderboard.check_position(from_position);
  if get_board_at.period_id is not null then
    period := leaderboard.find_period(found_board, get_board_at.period_id);
  else
    -- The last one that had begun, as for the current period: between two seasons, the end of the first one
    -- stands.
    select periods.* into period from leaderboard.board_periods as periods
    where periods.board_id = found_board.id
      and (periods.starts_at is null or periods.starts_at <= least(get_board_at.at, now()))
    order by periods.starts_at desc nulls last
    limit 1;
  end if;
  if period.state = 'closed' and period.as_of <= get_board_at.at then
    return leaderboard.render_page(found_board, period, leaderboard.render_standings(period.id,
      leaderboard.place_archived(period, from_position, max_rows), null), null);
  end if;
  select versions.* into shown
  from leaderboard.board_versions as versions
  where versions.period_id = period.id and versions.version = leaderboard.version_at(period.id, get_board_at.at);
  if shown.version is null then
    perform platform.refuse(404, 'moment_not_kept', 'The board at that moment is no longer kept.',
      'Every refresh of the last hour is kept, then one per hour, then one per day.');
  end if;
  period.version := shown.version;
  period.as_of := shown.as_of;
  period.player_count := shown.player_count;
  last_position := least(from_position + max_rows - 1, shown.player_count);
  return leaderboard.render_page(found_board, period, leaderboard.render_standings(period.id,
    leaderboard.place_standings_at(period.id, shown.version, from_position, last_position), null,
    has_equal_below => leaderboard.has_equal_below_at(period.id, shown.version, last_position)), null);
end;
$$;
comment on function public.get_board_at(text, timestamptz, int, bigint, bigint) is
  'Rows of a board from a position on, exactly as published at a past moment with the official tiers, as a page; '
  'players who hid since then are not named. Between two seasons, the end of the first one. From the last version '
  'of a closed period on, the archive. Refuses moments that are no longer kept.';
grant execute on function public.get_board_at(text, timestamptz, int, bigint, bigint) to anon, authenticated,
  service_role;

create function leaderboard.has_equal_below_at(period_id bigint, at_version bigint, at_position bigint)
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce(
    leaderboard.score_key(leaderboard.key_at_position_at(has_equal_below_at.period_id, at_version, at_position))
    = leaderboard.score_key(leaderboard.key_at_position_at(has_equal_below_at.period_id, at_version, at_position + 1)), false);
$$;
comment on function leaderboard.has_equal_below_at(bigint, bigint, bigint) is
  'Whether the players at this position and the next had equal scores at a kept version of the period.';

-- schemas/leaderboard/reads/comparison.sql

create function leaderboard.find_lead_start(board public.boards, period leaderboard.board_periods, leader uuid,
  other uuid)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  -- Both histories merged: after each entry, is the leader ahead in points? The lead began with the first
  -- entry after the last one at which they were not. Nothing that counts in a period occurred before it,
  -- except routed events.
  with events as (
    select own.occurred_at, own.id, own.player_id, own.points, own.metric, own.transaction_id
    from public.score_events as own
    where own.player_id in (leader, other)
      and own.occurred_at >= coalesce(period.starts_at, '-infinity')
      and own.counts_at >= coalesce(period.starts_at, '-infinity')
      and own.counts_at < coalesce(period.ends_at, 'infinity')
    union all
    select late.occurred_at, late.id, late.player_id, late.points, late.metric, late.transaction_id
    from leaderboard.late_routes as routes
    -- Event by event, because few are routed, while players may have many events.
    cross join lateral (
      select found.* from public.score_events as found where found.id = routes.event_id offset 0
    ) as late
    where routes.period_id = period.id and late.player_id in (leader, other)
      and late.counts_at < period.starts_at
  ),
  entries as (
    select events.occurred_at, events.id,
      sum(case when events.player_id = leader then events.points else -events.points end)
        over (order by events.occurred_at, events.id) as difference
    from events
    where (board.metrics is null or events.metric = any (board.metrics))
      and pg_visible_in_snapshot(events.transaction_id, period.applied_snapshot)
  ),
  last_behind as (
    select entries.occurred_at, entries.id from entries
    where entries.difference <= 0
    order by entries.occurred_at desc, entries.id desc
    limit 1
  )
  select min(entries.occurred_at)
  from entries
  left join last_behind on true
  where last_behind.id is null or (entries.occurred_at, entries.id) > (last_behind.occurred_at,
    last_behind.id);
$$;
comment on function leaderboard.find_lead_start(public.boards, leaderboard.board_periods, uuid, uuid) is
  'Since when the leader has been ahead in points without interruption, by the times at which events occurred; '
  'null for a tie.';

create function leaderboard.compare_on_board(board public.boards, first_id uuid, second_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  period leaderboard.board_periods := leaderboard.current_period(board.id);
  first_place leaderboard.placed_standing := leaderboard.place_player(board, period, first_id);
  second_place leaderboard.placed_standing := leaderboard.place_player(board, period, second_id);
  leader uuid := case
    when first_place.player_id is null then second_place.player_id
    when second_place.player_id is null or first_place.place < second_place.place then first_place.player_id
    else second_place.player_id
  end;
begin
  return jsonb_build_object(
    'board', board.slug, 'name', board.name,
    'positions', jsonb_build_array(first_place.place, second_place.place),
    'ranks', jsonb_build_array(leaderboard.render_rank(period.id, first_place), leaderboard.render_rank(period.id, second_place)),
    'scores', jsonb_build_array(first_place.score, second_place.score),
    'leader_player_id', leader,
    'lead_points', abs(coalesce(first_place.score, 0) - coalesce(second_place.score, 0)),
    'leads_since', coalesce(
      -- A player who is not on the board is behind with no points, whatever was done before.
      leaderboard.find_lead_start(board, period, leader,
        case when leader = first_id then second_place.player_id else first_place.player_id end),
      -- Equal points: ahead since the other one caught up and stayed behind.
      greatest(first_place.reached_at, second_place.reached_at)));
end;
$$;
comment on function leaderboard.compare_on_board(public.boards, uuid, uuid) is
  'Which of two players leads on the current period of a board, by how much and since when.';

create function public.compare_players(board text, player_ids uuid[])
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(compare_players.board);
  period leaderboard.board_periods := leaderboard.current_period(found_board.id);
  compared jsonb;
begin
  if cardinality(player_ids) is distinct from 2 or player_ids[1] = player_ids[2]
    or not (leaderboard.can_see_standing(player_ids[1]) and leaderboard.can_see_standing(player_ids[2]))
  then
    perform platform.refuse(404, 'not_comparable', 'These two players cannot be compared.',
      'Choose two different players who show their identity.');
  end if;
  select jsonb_agg(leaderboard.compare_on_board(boards, player_ids[1], player_ids[2]) order by boards.id)
  into compared
  from public.boards where boards.is_active;
  return jsonb_build_object(
    'players', (
      select jsonb_agg(jsonb_build_object(
        'player_id', profiles.id, 'username', profiles.username, 'display_name', profiles.display_name,
        'avatar_url', profiles.avatar_url,
        'standing', leaderboard.render_standing(found_board, period, profiles.id)) order by asked.place)
      from unnest(player_ids) with ordinality as asked (player_id, place)
      join public.profiles on profiles.id = asked.player_id),
    'comparison', (
      select here.value from jsonb_array_elements(compared) as here
      where here.value ->> 'board' = found_board.slug),
    'boards', compared,
    'metrics', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'metric', totals.metric, 'points', jsonb_build_array(totals.first_points, totals.second_points),
        'units', jsonb_build_array(totals.first_units, totals.second_units)) order by totals.metric), '[]')
      from (
        select events.metric,
          coalesce(sum(events.points) filter (where events.player_id = player_ids[1]), 0) as first_points,
          coalesce(sum(events.points) filter (where events.player_id = player_ids[2]), 0) as second_points,
          coalesce(sum(events.units) filter (where events.player_id = player_ids[1]), 0) as first_units,
          coalesce(sum(events.units) filter (where events.player_id = player_ids[2]), 0) as second_units
        from public.score_events as events
        where events.player_id = any (player_ids)
        group by events.metric
      ) as totals));
end;
$$;
comment on function public.compare_players(text, uuid[]) is
  'Two players side by side: {players, comparison, boards, metrics}: standings on this board, who leads on each '
  'board, by how much and since when, and points by metric. Definer: the tables are closed; both must be visible '
  'to the caller.';
grant execute on function public.compare_players(text, uuid[]) to anon, authenticated, service_role;

-- schemas/leaderboard/reads/player_stats.sql

create function leaderboard.find_visible_player(player_id uuid, username text)
returns uuid
language sql
stable
set search_path = ''
as $$
  select profiles.id from public.profiles
  where case when find_visible_player.player_id is not null then profiles.id = find_visible_player.player_id
      else profiles.username = lower(find_visible_player.username) end
    and leaderboard.can_see_standing(profiles.id);
$$;
comment on function leaderboard.find_visible_player(uuid, text) is
  'The player with this id or username, if the caller may see their standings.';

create function public.get_player_stats(player_id uuid default null, username text default null,
  event_count int default 20)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_id uuid := leaderboard.find_visible_player(get_player_stats.player_id, get_player_stats.username);
begin
  perform leaderboard.check_page_size(event_count, 100);
  if found_id is null then
    return null;
  end if;
  return (
    select jsonb_build_object(
      'player_id', profiles.id, 'username', profiles.username, 'display_name', profiles.display_name,
      'avatar_url', profiles.avatar_url, 'created_at', profiles.created_at, 'left_at', profiles.left_at,
      'is_anonymous', profiles.visibility <> 'public',
      'today', (now() at time zone profiles.time_zone)::date,
      'totals', (
        select coalesce(jsonb_agg(jsonb_build_object('metric', totals.metric, 'units', totals.units,
          'points', totals.points, 'event_count', totals.event_count, 'last_occurred_at', totals.last_occurred_at)
          order by totals.points desc, totals.metric), '[]')
        from (
          select events.metric, sum(events.units) as units, sum(events.points) as points,
            count(*) - 2 * count(events.voids_id) as event_count, max(events.occurred_at) as last_occurred_at
          from public.score_events as events where events.player_id = found_id
          group by events.metric
        ) as totals),
      'standings', (
        select coalesce(jsonb_agg(jsonb_build_object('board', boards.slug, 'name', boards.name,
          'kind', boards.kind, 'player_count', period.player_count, 'standing', shown.standing)
          order by boards.id), '[]')
        from public.boards
        cross join lateral leaderboard.current_period(boards.id) as period
        cross join lateral (select leaderboard.render_standing(boards, period, found_id) as standing) as shown
        where boards.is_active and shown.standing is not null),
      'events', (
        select coalesce(jsonb_agg(jsonb_build_object('event_id', recent.id, 'metric', recent.metric,
          'units', recent.units, 'points', recent.points, 'occurred_at', recent.occurred_at,
          'is_void', recent.voids_id is not null)
          order by recent.occurred_at desc, recent.id desc), '[]')
        from (
          select events.* from public.score_events as events where events.player_id = found_id
          order by events.occurred_at desc, events.id desc
          limit event_count
        ) as recent),
      'activity', (
        select coalesce(jsonb_agg(jsonb_build_object('day', days.day, 'points', days.points,
          'event_count', days.event_count) order by days.day), '[]')
        from (
          select counted.day, sum(events.points) as points,
            count(*) - 2 * count(events.voids_id) as event_count
          from public.score_events as events
          cross join lateral (select (events.counts_at at time zone profiles.time_zone)::date as day) as counted
          -- Whole days. A void occurs after the day it counts on, never before, so the index finds all and a
          -- few more.
          where events.player_id = found_id and events.occurred_at > now() - interval '91 days'
            and counted.day > (now() at time zone profiles.time_zone)::date - 90
          group by counted.day
        ) as days),
      'tiers', (
        select coalesce(jsonb_agg(jsonb_build_object('board', boards.slug, 'tier', tiers.tier,
          'since', tiers.since) order by boards.id), '[]')
        from public.player_tiers as tiers
        join public.boards on boards.id = tiers.board_id
        where tiers.player_id = found_id),
      'past_periods', (
        select coalesce(jsonb_agg(jsonb_build_object('board', past.slug, 'name', past.name, 'kind', past.kind,
          'time_zone', past.time_zone, 'period_id', past.period_id, 'period_name', past.period_name,
          'starts_at', past.starts_at, 'ends_at', past.ends_at, 'position', past.position, 'rank', past.rank, 'is_tied', past.is_tied, 'score', past.score)
          order by past.ends_at desc, past.slug), '[]')
        from (
          select boards.slug, boards.name, boards.kind, boards.time_zone, periods.id as period_id,
            periods.name as period_name, periods.starts_at, periods.ends_at, archived.position, archived.rank,
            archived.score, archived.rank <> archived.position or leaderboard.has_equal_below(periods.id, row(
              archived.player_id, archived.position, archived.rank, archived.score, archived.reached_at,
              null)::leaderboard.placed_standing) as is_tied
          from leaderboard.archived_standings as archived
          join leaderboard.board_periods as periods on periods.id = archived.period_id
          join public.boards on boards.id = periods.board_id
          where archived.player_id = found_id
          order by periods.ends_at desc
          limit 50
        ) as past))
    from public.profiles
    where profiles.id = found_id);
end;
$$;
comment on function public.get_player_stats(uuid, text, int) is
  'A player by id or username: totals by metric, standings on all boards, recent events, points per day of the '
  'last 90 days up to today (both in the player''s time zone), tiers and past periods; null if there is none that '
  'the caller may see. Definer: the tables are closed.';
grant execute on function public.get_player_stats(uuid, text, int) to anon, authenticated, service_role;

-- schemas/credits/policies.sql

create table public.credit_policies (
  credit_type text primary key check (credit_type in ('ai', 'lead')),
  request_amount_max int not null check (request_amount_max > 0),
  period_days int not null check (period_days between 1 and 366),
  period_amount_max int not null check (period_amount_max >= request_amount_max),
  pending_count_max int not null check (pending_count_max > 0),
  second_approval_above int check (second_approval_above > 0),
  expire_after_hours int not null check (expire_after_hours between 1 and 8760),
  remind_after_hours int not null check (remind_after_hours between 1 and 8760),
  grant_valid_days int check (grant_valid_days > 0),
  updated_at timestamptz not null default now()
);
comment on table public.credit_policies is
  'One row is the policy of one credit type. Changes apply to later requests and decisions.';
comment on column public.credit_policies.period_amount_max is
  'What a player may request within period_days; pending and approved requests count.';
comment on column public.credit_policies.second_approval_above is
  'Amounts above it need two approvers; null means that one is always enough.';
comment on column public.credit_policies.expire_after_hours is
  'An undecided request expires after this many hours.';
comment on column public.credit_policies.remind_after_hours is
  'Approvers are reminded once, after this many hours.';
comment on column public.credit_policies.grant_valid_days is
  'Approved credits expire after this many days; null means never.';

alter table public.credit_policies enable row level security;
grant select on public.credit_policies to authenticated, service_role;

create policy "Players see what they may request"
  on public.credit_policies for select to authenticated
  using (true);

create function public.update_credit_policy(
  credit_type text, changes jsonb, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  before public.credit_policies;
  after public.credit_policies;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only an admin can change a credit policy.', 'Ask an admin.');
  end if;
  select * into before from public.credit_policies as policy
  where policy.credit_type = update_credit_policy.credit_type for update;
  if before.credit_type is null then
    perform platform.refuse(404, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  begin
    after := jsonb_populate_record(before, changes - 'credit_type' - 'updated_at');
    update public.credit_policies as policy
    set request_amount_max = after.request_amount_max, period_days = after.period_days,
      period_amount_max = after.period_amount_max, pending_count_max = after.pending_count_max,
      second_approval_above = after.second_approval_above, expire_after_hours = after.expire_after_hours,
      remind_after_hours = after.remind_after_hours, grant_valid_days = after.grant_valid_days,
      updated_at = now()
    where policy.credit_type = before.credit_type
    returning * into after;
  exception when data_exception or integrity_constraint_violation then
    perform platform.refuse(400, 'policy_invalid', 'These values do not make a valid policy.',
      'Use positive whole numbers; the period maximum must be at least the maximum of one request.');
  end;
  perform platform.record_audit('credit_policy.changed', 'credit_policy', before.credit_type,
    to_jsonb(before), to_jsonb(after), actor, platform.resolve_source(source));
  return to_jsonb(after);
end;
$$;
comment on function public.update_credit_policy(text, jsonb, uuid, text) is
  'Changes the given fields of a policy and returns it; admins only, audited. Definer: nobody may write the table '
  'directly.';
grant execute on function public.update_credit_policy(text, jsonb, uuid, text) to authenticated, service_role;

-- schemas/credits/ledger.sql

-- Double entry: each transfer moves an amount from one account to another; its entries sum to zero. Rows are
-- never changed; a mistake is reversed by another transfer. Only functions write.

create table public.credit_accounts (
  id bigint generated always as identity primary key,
  player_id uuid references public.profiles (id),
  credit_type text not null references public.credit_policies (credit_type),
  kind text not null check (kind in ('available', 'held', 'issuance', 'spent', 'expired')),
  balance bigint not null default 0,
  version bigint not null default 0,
  constraint credit_accounts_owner_key unique nulls not distinct (player_id, credit_type, kind),
  constraint credit_accounts_owner_check check ((player_id is not null) = (kind in ('available', 'held'))),
  constraint credit_accounts_overdraft_check check (player_id is null or balance >= 0)
);
comment on table public.credit_accounts is
  'One row is one account: available and held for each player; issuance, spent and expired for the system. A '
  'player''s balance is never below zero.';
comment on column public.credit_accounts.balance is
  'Equals balance_after of the account''s last entry; checked at commit.';
comment on column public.credit_accounts.version is 'Number of entries on the account.';
create index credit_accounts_credit_type_idx on public.credit_accounts (credit_type);

alter table public.credit_accounts enable row level security;
grant select on public.credit_accounts to authenticated, service_role;

create table public.credit_transfers (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('grant', 'spend', 'hold', 'release', 'capture', 'expire', 'reversal')),
  credit_type text not null references public.credit_policies (credit_type),
  player_id uuid not null references public.profiles (id),
  amount bigint not null check (amount > 0),
  idempotency_key text not null unique,
  reversal_of uuid references public.credit_transfers (id),
  hold_id uuid references public.credit_transfers (id),
  request_id uuid,
  reason text check (platform.is_presentable(reason, 500, 1, true)),
  actor_id uuid references public.profiles (id),
  created_at timestamptz not null default clock_timestamp()
);
comment on table public.credit_transfers is 'One row is one movement of one player''s credits. Append-only.';
comment on column public.credit_transfers.idempotency_key is
  'Identifies the cause: the same cause moves credits once.';
comment on column public.credit_transfers.reversal_of is
  'The transfer that this one reverses; each at most once.';
comment on column public.credit_transfers.hold_id is
  'The hold that a release or capture ends, wholly or in part.';
create unique index credit_transfers_reversal_of_key on public.credit_transfers (reversal_of);
create index credit_transfers_hold_id_idx on public.credit_transfers (hold_id);
create index credit_transfers_request_id_idx on public.credit_transfers (request_id);
create index credit_transfers_player_idx on public.credit_transfers (player_id, created_at desc, id);
create index credit_transfers_actor_id_idx on public.credit_transfers (actor_id);
create index credit_transfers_credit_type_idx on public.credit_transfers (credit_type);

alter table public.credit_transfers enable row level security;
grant select on public.credit_transfers to authenticated, service_role;

create trigger on_credit_transfer_insert_check_reason
  before insert on public.credit_transfers
  for each row when (new.reason is not null)
  execute function platform.refuse_unpresentable_text(
    'reason', 'reason', 'reason_invalid', '500', '1', 'true');
create trigger on_credit_transfer_check_amount before insert on public.credit_transfers
  for each row execute function platform.check_shown_amount();

create table public.credit_entries (
  id bigint generated always as identity primary key,
  transfer_id uuid not null references public.credit_transfers (id),
  account_id bigint not null references public.credit_accounts (id),
  account_version bigint not null check (account_version > 0),
  amount bigint not null check (amount <> 0),
  balance_before bigint not null,
  balance_after bigint not null,
  unique (transfer_id, account_id),
  unique (account_id, account_version),
  check (balance_after = balance_before + amount)
);
comment on table public.credit_entries is
  'One row is the effect of one transfer on one account. Append-only; the entries of a transfer sum to zero.';
comment on column public.credit_entries.account_version is
  'Position in the account''s own history, without gaps.';

alter table public.credit_entries enable row level security;
grant select on public.credit_entries to authenticated, service_role;

create policy "Players see their own accounts, managers all"
  on public.credit_accounts for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));
create policy "Players see their own transfers, managers all"
  on public.credit_transfers for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));
create policy "Players see the entries of their own accounts, managers all"
  on public.credit_entries for select to authenticated
  using (
    account_id in (
      select credit_accounts.id from public.credit_accounts
      where credit_accounts.player_id = (select identity.current_player_id()))
    or (select identity.is_manager()));

create trigger on_credit_transfers_change_refuse
  before update or delete or truncate on public.credit_transfers
  for each statement execute function platform.forbid_change();
create trigger on_credit_entries_change_refuse
  before update or delete or truncate on public.credit_entries
  for each statement execute function platform.forbid_change();
create trigger on_credit_accounts_removal_refuse
  before delete or truncate on public.credit_accounts
  for each statement execute function platform.forbid_change();

create function credits.on_credit_transfer_check()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  transfer uuid := coalesce(to_jsonb(new) ->> 'transfer_id', to_jsonb(new) ->> 'id')::uuid;
  total bigint;
  entry_count int;
begin
  select coalesce(sum(credit_entries.amount), 0), count(*) into total, entry_count
  from public.credit_entries where credit_entries.transfer_id = transfer;
  if total <> 0 or entry_count < 2 then
    raise exception 'Transfer % does not balance: % entries sum to %.', transfer, entry_count, total;
  end if;
  return null;
end;
$$;
comment on function credits.on_credit_transfer_check() is
  'Refuses, at commit, a transfer with fewer than two entries or a sum other than zero.';

create constraint trigger on_credit_transfer_check
  after insert on public.credit_transfers deferrable initially deferred
  for each row execute function credits.on_credit_transfer_check();
create constraint trigger on_credit_entry_check
  after insert on public.credit_entries deferrable initially deferred
  for each row execute function credits.on_credit_transfer_check();

create function credits.on_credit_account_check()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  account record;
  last_entry record;
begin
  select * into account from public.credit_accounts where credit_accounts.id = new.id;
  select * into last_entry from public.credit_entries
  where credit_entries.account_id = new.id order by credit_entries.account_version desc limit 1;
  if (account.balance, account.version)
    is distinct from (coalesce(last_entry.balance_after, 0), coalesce(last_entry.account_version, 0)) then
    raise exception 'The balance of account % does not follow from its entries.', new.id;
  end if;
  return null;
end;
$$;
comment on function credits.on_credit_account_check() is
  'Refuses, at commit, a balance that differs from the balance after the account''s last entry.';

create constraint trigger on_credit_account_check
  after insert or update on public.credit_accounts deferrable initially deferred
  for each row execute function credits.on_credit_account_check();

-- schemas/credits/lots.sql

create table public.credit_lots (
  id bigint generated always as identity primary key,
  transfer_id uuid not null unique references public.credit_transfers (id),
  player_id uuid not null references public.profiles (id),
  credit_type text not null references public.credit_policies (credit_type),
  granted bigint not null check (granted > 0),
  available bigint not null check (available >= 0),
  held bigint not null default 0 check (held >= 0),
  expires_at timestamptz,
  check (available + held <= granted)
);
comment on table public.credit_lots is
  'One row is the rest of one grant. Credits are taken from the lot that expires soonest; a player''s lots add up '
  'to the balances of the player''s accounts.';
create index credit_lots_open_idx on public.credit_lots (player_id, credit_type, expires_at, id)
  where available > 0;
create index credit_lots_expiry_idx on public.credit_lots (expires_at)
  where available > 0 and expires_at is not null;
create index credit_lots_credit_type_idx on public.credit_lots (credit_type);

alter table public.credit_lots enable row level security;
grant select on public.credit_lots to authenticated, service_role;

create table credits.credit_lot_uses (
  transfer_id uuid not null references public.credit_transfers (id),
  lot_id bigint not null references public.credit_lots (id),
  amount bigint not null check (amount > 0),
  primary key (transfer_id, lot_id)
);
comment on table credits.credit_lot_uses is
  'One row is how much a transfer took from, or returned to, one lot. Append-only.';
create index credit_lot_uses_lot_id_idx on credits.credit_lot_uses (lot_id);

alter table credits.credit_lot_uses enable row level security;

create policy "Players see their own lots, managers all"
  on public.credit_lots for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));

create trigger on_credit_lot_uses_change_refuse
  before update or delete or truncate on credits.credit_lot_uses
  for each statement execute function platform.forbid_change();
create trigger on_credit_lot_check_times before insert on public.credit_lots
  for each row execute function platform.check_shown_times('expires_at');

create function credits.take_from_lots(transfer_id uuid, is_hold boolean)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  transfer public.credit_transfers;
  lot record;
  missing bigint;
  taken bigint;
begin
  select * into transfer from public.credit_transfers where credit_transfers.id = take_from_lots.transfer_id;
  missing := transfer.amount;
  for lot in
    select * from public.credit_lots
    where credit_lots.player_id = transfer.player_id and credit_lots.credit_type = transfer.credit_type
      and credit_lots.available > 0
    order by credit_lots.expires_at nulls last, credit_lots.id
    for update
  loop
    exit when missing = 0;
    taken := least(missing, lot.available);
    update public.credit_lots
    set available = credit_lots.available - taken,
      held = credit_lots.held + case when is_hold then taken else 0 end
    where credit_lots.id = lot.id;
    insert into credits.credit_lot_uses (transfer_id, lot_id, amount) values (transfer.id, lot.id, taken);
    missing := missing - taken;
  end loop;
  if missing > 0 then
    raise exception 'The lots of player % hold % credits less than the account.', transfer.player_id, missing;
  end if;
end;
$$;
comment on function credits.take_from_lots(uuid, boolean) is
  'Takes the amount of a spend or hold from the lots, soonest-expiring first. The account is already locked.';

create function credits.give_back_to_lots(transfer_id uuid, source_id uuid, is_hold_ended boolean,
  is_spent boolean)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  missing bigint;
  used record;
  part bigint;
begin
  select credit_transfers.amount into missing from public.credit_transfers
  where credit_transfers.id = give_back_to_lots.transfer_id;
  for used in
    select use.lot_id, use.amount - coalesce((
        select sum(ended.amount)
        from credits.credit_lot_uses as ended
        join public.credit_transfers as ending on ending.id = ended.transfer_id
        where ended.lot_id = use.lot_id and ending.hold_id = give_back_to_lots.source_id), 0) as amount
    from credits.credit_lot_uses as use
    where use.transfer_id = give_back_to_lots.source_id
    order by use.lot_id
  loop
    exit when missing = 0;
    part := least(missing, used.amount);
    continue when part = 0;
    update public.credit_lots
    set held = credit_lots.held - case when is_hold_ended then part else 0 end,
      available = credit_lots.available + case when is_spent then 0 else part end
    where credit_lots.id = used.lot_id;
    insert into credits.credit_lot_uses (transfer_id, lot_id, amount)
    values (give_back_to_lots.transfer_id, used.lot_id, part);
    missing := missing - part;
  end loop;
  if missing > 0 then
    raise exception 'Transfer % took % credits less from lots than it gives back.', source_id, missing;
  end if;
end;
$$;
comment on function credits.give_back_to_lots(uuid, uuid, boolean, boolean) is
  'Returns to the lots what an earlier transfer took, up to the new transfer''s amount: a hold ends (released or '
  'spent), or a spend is reversed. The account is already locked.';

create function credits.expire_lots(player_id uuid default null)
returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  lot record;
  transfer public.credit_transfers;
  transfer_id uuid;
  expired_count int := 0;
begin
  for lot in
    select * from public.credit_lots
    where credit_lots.expires_at <= now() and credit_lots.available > 0
      and (expire_lots.player_id is null or credit_lots.player_id = expire_lots.player_id)
    order by credit_lots.player_id, credit_lots.id limit 500
  loop
    -- The account first, then the lot: the same order wherever credits are taken.
    perform from public.credit_accounts as account
    where account.player_id = lot.player_id and account.credit_type = lot.credit_type
      and account.kind = 'available'
    for update;
    select * into lot from public.credit_lots where credit_lots.id = lot.id for update;
    continue when lot.available = 0;
    transfer.kind := 'expire';
    transfer.player_id := lot.player_id;
    transfer.credit_type := lot.credit_type;
    transfer.amount := lot.available;
    transfer.idempotency_key := format('expire:%s:%s', lot.id, gen_random_uuid());
    transfer_id := credits.post_transfer(transfer, 'available', 'expired');
    insert into credits.credit_lot_uses (transfer_id, lot_id, amount)
    values (transfer_id, lot.id, lot.available);
    update public.credit_lots set available = 0 where credit_lots.id = lot.id;
    perform credits.announce_balances(lot.player_id);
    expired_count := expired_count + 1;
  end loop;
  return expired_count;
end;
$$;
comment on function credits.expire_lots(uuid) is
  'Expires credits of one player or of all; returns the number of lots. Safe to run at any time, and twice.';

-- schemas/credits/transfers.sql

-- The only way credits move.

create function credits.get_credit_account(player_id uuid, credit_type text, kind text)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  account_id bigint;
begin
  select account.id into account_id from public.credit_accounts as account
  where account.player_id is not distinct from get_credit_account.player_id
    and account.credit_type = get_credit_account.credit_type and account.kind = get_credit_account.kind;
  if account_id is null then
    insert into public.credit_accounts (player_id, credit_type, kind)
    values (get_credit_account.player_id, get_credit_account.credit_type, get_credit_account.kind)
    on conflict on constraint credit_accounts_owner_key do nothing
    returning id into account_id;
    if account_id is null then
      select account.id into account_id from public.credit_accounts as account
      where account.player_id is not distinct from get_credit_account.player_id
        and account.credit_type = get_credit_account.credit_type and account.kind = get_credit_account.kind;
    end if;
  end if;
  return account_id;
end;
$$;
comment on function credits.get_credit_account(uuid, text, text) is
  'The id of the account, created if missing. A null player means the system.';

-- Expiring lots locks a player's account before the spending transfer locks the system's, so the player's
-- account always comes first. In plain id order, an opposite transfer would lock the system's account first,
-- and the two could deadlock. It also shortens the lock on the system's accounts, which everybody shares.
create function credits.post_transfer(
  transfer public.credit_transfers, from_kind text, to_kind text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  from_id bigint := credits.get_credit_account(
    case when from_kind in ('available', 'held') then transfer.player_id end,
    transfer.credit_type, from_kind);
  to_id bigint := credits.get_credit_account(
    case when to_kind in ('available', 'held') then transfer.player_id end,
    transfer.credit_type, to_kind);
  new_id uuid;
  account record;
  change bigint;
begin
  insert into public.credit_transfers (
    kind, credit_type, player_id, amount, idempotency_key, reversal_of, hold_id, request_id, reason, actor_id)
  values (
    transfer.kind, transfer.credit_type, transfer.player_id, transfer.amount, transfer.idempotency_key,
    transfer.reversal_of, transfer.hold_id, transfer.request_id, transfer.reason, transfer.actor_id)
  on conflict (idempotency_key) do nothing
  returning id into new_id;
  if new_id is null then
    return null;
  end if;
  for account in
    select * from public.credit_accounts
    where credit_accounts.id in (from_id, to_id)
    order by (credit_accounts.player_id is null), credit_accounts.id
    for update
  loop
    if account.id = from_id and account.player_id is not null and account.balance < transfer.amount then
      perform platform.refuse(409, 'credits_insufficient',
        format('Only %s %s %s credits are left.', account.balance, account.kind, account.credit_type),
        'Ask for less, or request credits first.');
    end if;
    change := case when account.id = from_id then -transfer.amount else transfer.amount end;
    insert into public.credit_entries (
      transfer_id, account_id, account_version, amount, balance_before, balance_after)
    values (new_id, account.id, account.version + 1, change, account.balance, account.balance + change);
    update public.credit_accounts
    set balance = account.balance + change, version = account.version + 1
    where credit_accounts.id = account.id;
  end loop;
  return new_id;
end;
$$;
comment on function credits.post_transfer(public.credit_transfers, text, text) is
  'Moves credits between two accounts and returns the transfer''s id; null if its idempotency key already moved '
  'them. Locks the player''s accounts first, then the system''s, each in order of ids, so no two transfers '
  'deadlock. Refuses DS409 on an overdraft.';

create function credits.grant_to_player(transfer public.credit_transfers, expires_at timestamptz)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  transfer_id uuid;
begin
  transfer.kind := 'grant';
  transfer_id := credits.post_transfer(transfer, 'issuance', 'available');
  if transfer_id is not null then
    insert into public.credit_lots (transfer_id, player_id, credit_type, granted, available, expires_at)
    values (transfer_id, transfer.player_id, transfer.credit_type, transfer.amount, transfer.amount,
      grant_to_player.expires_at);
  end if;
  return transfer_id;
end;
$$;
comment on function credits.grant_to_player(public.credit_transfers, timestamptz) is
  'Issues credits to a player as a new lot and returns the transfer''s id; null if that already happened.';

create function credits.describe_balances(player_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_object_agg(policy.credit_type, jsonb_build_object(
    'available', coalesce((
      select account.balance from public.credit_accounts as account
      where account.player_id = describe_balances.player_id
        and account.credit_type = policy.credit_type and account.kind = 'available'), 0),
    'held', coalesce((
      select account.balance from public.credit_accounts as account
      where account.player_id = describe_balances.player_id
        and account.credit_type = policy.credit_type and account.kind = 'held'), 0)))
  from public.credit_policies as policy;
$$;
comment on function credits.describe_balances(uuid) is
  '{ai: {available, held}, lead: {available, held}} of a player.';
grant execute on function credits.describe_balances(uuid) to authenticated, service_role;

create function credits.announce_balances(player_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  balances jsonb := credits.describe_balances(announce_balances.player_id);
begin
  perform realtime.send(balances, 'balance_changed', 'player:' || announce_balances.player_id, true);
  return balances;
end;
$$;
comment on function credits.announce_balances(uuid) is
  'Sends the new balances to the player''s open pages on commit, and returns them.';

-- schemas/credits/requests.sql

-- Grants and reversals follow the rules of requests: nobody moves their own credits, and above the policy's
-- amount a second approver confirms. Until then they wait next to the requests and are decided the same way.

create table public.credit_requests (
  id uuid primary key default gen_random_uuid(),
  player_id uuid not null references public.profiles (id),
  credit_type text not null references public.credit_policies (credit_type),
  amount int not null check (amount > 0),
  reason text not null check (platform.is_presentable(reason, 500, 3, true)),
  state text not null default 'pending'
    check (state in ('pending', 'approved', 'rejected', 'cancelled', 'expired')),
  source text not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  remind_at timestamptz not null,
  reminded_at timestamptz,
  closed_at timestamptz,
  transfer_id uuid unique references public.credit_transfers (id),
  kind text not null default 'request' check (kind in ('request', 'grant', 'reversal')),
  proposed_by uuid references public.profiles (id),
  reverses uuid references public.credit_transfers (id),
  grant_expires_at timestamptz,
  requester_notice text check (requester_notice in ('delivered', 'closed', 'unlinked')),
  constraint credit_requests_closed_check check ((state = 'pending') = (closed_at is null)),
  constraint credit_requests_paid_check check ((state = 'approved') = (transfer_id is not null)),
  constraint credit_requests_proposer_check check ((kind = 'request') = (proposed_by is null)),
  constraint credit_requests_reversal_check check ((kind = 'reversal') = (reverses is not null)),
  constraint credit_requests_grant_check check (kind = 'grant' or grant_expires_at is null)
);
comment on table public.credit_requests is
  'One row is one credit request of a player, or one proposal of an admin above the amount they may move alone. '
  'It leaves the state pending exactly once, and credits move exactly when it is approved.';
comment on column public.credit_requests.source is 'Where it was made: web, discord or api.';
comment on column public.credit_requests.closed_at is 'When it was decided, cancelled or expired.';
comment on column public.credit_requests.kind is
  'request: asked by the player; grant and reversal: proposed by an admin, whose proposal is the first of two '
  'approvals.';
comment on column public.credit_requests.proposed_by is 'The admin who proposed it; null for a request.';
comment on column public.credit_requests.reverses is 'The transfer that a reversal would take back.';
comment on column public.credit_requests.grant_expires_at is 'When granted credits expire; null means never.';
comment on column public.credit_requests.requester_notice is
  'Whether the direct message about the outcome arrived: delivered, closed (the user accepts none) or unlinked; '
  'null while unknown.';
create index credit_requests_page_idx on public.credit_requests (created_at desc, id desc);
create index credit_requests_state_page_idx on public.credit_requests (state, created_at desc, id desc);
create index credit_requests_player_idx on public.credit_requests (player_id, created_at desc, id desc);
create index credit_requests_expiry_idx on public.credit_requests (expires_at) where state = 'pending';
create index credit_requests_credit_type_idx on public.credit_requests (credit_type);
create index credit_requests_proposed_by_idx on public.credit_requests (proposed_by);
create unique index credit_requests_open_reversal_key on public.credit_requests (reverses) where state = 'pending';

alter table public.credit_requests enable row level security;
grant select on public.credit_requests to authenticated, service_role;

alter table public.credit_transfers
  add constraint credit_transfers_request_id_fkey foreign key (request_id)
    references public.credit_requests (id);

create trigger on_credit_request_write_check_reason
  before insert or update of reason on public.credit_requests
  for each row execute function platform.refuse_unpresentable_text(
    'reason', 'reason', 'reason_invalid', '500', '3', 'true');
create trigger on_credit_request_check_times before insert on public.credit_requests
  for each row execute function platform.check_shown_times('grant_expires_at');

-- Players see a proposal once it has moved credits; before that it may come to nothing.
create policy "Players see what they asked for or got, managers all"
  on public.credit_requests for select to authenticated
  using (
    (player_id = (select identity.current_player_id()) and (kind = 'request' or state = 'approved'))
    or (select identity.is_manager()));

create table public.credit_decisions (
  id uuid primary key default gen_random_uuid(),
  request_id uuid not null references public.credit_requests (id),
  decision text not null check (decision in ('approve', 'reject')),
  decided_by uuid not null references public.profiles (id),
  decided_at timestamptz not null default clock_timestamp(),
  comment text check (platform.is_presentable(comment, 1000, 1, true)),
  source text not null,
  is_final boolean not null,
  is_fallback boolean not null default false,
  unique (request_id, decided_by)
);
comment on table public.credit_decisions is
  'One row is one approver''s decision on one request. Append-only; at most one row of a request is final.';
comment on column public.credit_decisions.is_final is 'False for the first of two approvals.';
comment on column public.credit_decisions.is_fallback is
  'True if too few approvers exist to follow the rule and this one was enough.';
create unique index credit_decisions_final_key on public.credit_decisions (request_id) where is_final;
create index credit_decisions_decided_by_idx on public.credit_decisions (decided_by);

alter table public.credit_decisions enable row level security;
grant select on public.credit_decisions to authenticated, service_role;

create trigger on_credit_decisions_change_refuse
  before update or delete or truncate on public.credit_decisions
  for each statement execute function platform.forbid_change();
create trigger on_credit_decision_insert_check_comment
  before insert on public.credit_decisions
  for each row when (new.comment is not null)
  execute function platform.refuse_unpresentable_text(
    'comment', 'comment', 'comment_invalid', '1000', '1', 'true');

create policy "Players see decisions on their own requests, managers all"
  on public.credit_decisions for select to authenticated
  using (
    exists (
      select from public.credit_requests as request
      where request.id = credit_decisions.request_id
        and request.player_id = (select identity.current_player_id())
        and (request.kind = 'request' or request.state = 'approved'))
    or (select identity.is_manager()));

create function credits.count_approvals_needed(request public.credit_requests)
returns int
language sql
stable
security definer
set search_path = ''
as $$
  select case when request.proposed_by is not null or request.amount > policy.second_approval_above then 2 else 1 end
  from public.credit_policies as policy where policy.credit_type = request.credit_type;
$$;
comment on function credits.count_approvals_needed(public.credit_requests) is
  'The number of approvers that the policy requires: one, or two above its amount and for every proposal.';

create function credits.describe_credit_request(request public.credit_requests)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(request) - 'remind_at' || jsonb_build_object(
    'username', player.username,
    'display_name', player.display_name,
    'avatar_url', player.avatar_url,
    'discord_user_id', link.discord_user_id,
    'proposed_by_name', proposer.display_name,
    'approvals_needed', credits.count_approvals_needed(request),
    'decisions', coalesce((
      select jsonb_agg(jsonb_build_object(
        'decision', word.decision, 'decided_by', word.decided_by, 'decided_by_name', approver.display_name,
        'decided_at', word.decided_at, 'comment', word.comment, 'source', word.source,
        'is_final', word.is_final,
        'is_fallback', word.is_fallback) order by word.decided_at)
      from public.credit_decisions as word
      join public.profiles as approver on approver.id = word.decided_by
      where word.request_id = request.id), '[]'))
  from public.profiles as player
  left join public.discord_links as link on link.player_id = player.id
  left join public.profiles as proposer on proposer.id = request.proposed_by
  where player.id = request.player_id;
$$;
comment on function credits.describe_credit_request(public.credit_requests) is
  'A request in the API''s format: the row, the requester, and each approver''s decision. Definer: names '
  'approvers to a player who may see the request; the caller has selected the row under its own rights.';
grant execute on function credits.describe_credit_request(public.credit_requests) to authenticated,
  service_role;

create function credits.announce_request(request public.credit_requests, event_name text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  description jsonb := credits.describe_credit_request(request);
begin
  perform platform.send_to_managers(description, event_name, 'requests');
  if request.kind = 'request' or request.state = 'approved' then
    perform realtime.send(description, event_name, 'player:' || request.player_id, true);
  end if;
  return description;
end;
$$;
comment on function credits.announce_request(public.credit_requests, text) is
  'Sends the request to the approvers'' open pages on commit, and to the player''s unless it is a proposal that '
  'has moved nothing; returns it.';

-- schemas/credits/requesting.sql

-- Request commands count towards the limit of the person they run for, on every surface, and a duplicate of a
-- pending request is not stored.

create function credits.check_request_allowed(player_id uuid, credit_type text, amount int)
returns public.credit_policies
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  policy public.credit_policies;
  pending_count int;
  asked bigint;
begin
  select * into policy from public.credit_policies
  where credit_policies.credit_type = check_request_allowed.credit_type;
  if policy.credit_type is null then
    perform platform.refuse(400, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  if amount is null or amount < 1 then
    perform platform.refuse(400, 'amount_invalid', 'The amount must be a whole number above zero.',
      'Enter 1 or more.');
  end if;
  if amount > policy.request_amount_max then
    perform platform.refuse(400, 'amount_above_maximum',
      format('You can request up to %s credits at a time.', to_char(policy.request_amount_max, 'FM999,999,999,999')),
      'Enter a smaller amount.');
  end if;
  if exists (select from public.profiles where profiles.id = check_request_allowed.player_id
    and profiles.left_at is not null) then
    perform platform.refuse(403, 'player_left', 'Players who left the community cannot request credits.',
      'Join again first.');
  end if;
  select count(*) filter (where request.state = 'pending'), coalesce(sum(request.amount), 0)
  into pending_count, asked
  from public.credit_requests as request
  where request.player_id = check_request_allowed.player_id
    and request.credit_type = policy.credit_type and request.kind = 'request'
    and request.state in ('pending', 'approved')
    and (request.state = 'pending' or request.created_at > now() - make_interval(days => policy.period_days));
  if pending_count >= policy.pending_count_max then
    perform platform.refuse(429, 'pending_limit_reached',
      format('You already have %s open %s.', pending_count,
        case when pending_count = 1 then 'request' else 'requests' end),
      'Wait for a decision, or cancel one.');
  end if;
  if asked + amount > policy.period_amount_max then
    perform platform.refuse(429, 'period_limit_reached',
      format('You can request %s credits in %s days; %s are left.',
        to_char(policy.period_amount_max, 'FM999,999,999,999'), policy.period_days,
        to_char(greatest(policy.period_amount_max - asked, 0), 'FM999,999,999,990')),
      'Enter a smaller amount, or wait.');
  end if;
  return policy;
end;
$$;
comment on function credits.check_request_allowed(uuid, text, int) is
  'The policy that allows the request. Refuses DS400, DS403 and DS429 with what to do. The caller holds the '
  'player''s lock.';

create function credits.find_same_request(player_id uuid, credit_type text, amount int, reason text)
returns public.credit_requests
language sql
stable
security definer
set search_path = ''
as $$
  select request.* from public.credit_requests as request
  where request.player_id = find_same_request.player_id and request.kind = 'request'
    and request.credit_type = find_same_request.credit_type and request.amount = find_same_request.amount
    and request.reason = find_same_request.reason
    and (request.state = 'pending'
      or (request.state = 'approved' and request.created_at > now() - interval '15 minutes'))
  order by request.created_at desc, request.id desc limit 1;
$$;
comment on function credits.find_same_request(uuid, text, int, text) is
  'A duplicate of the request that is pending, or that was made within 15 minutes and approved; else null. '
  'Discord may complete a failed interaction for that long, so a person who repeats the command creates one '
  'request.';

create function public.request_credits(
  credit_type text, amount int, reason text, idempotency_key text,
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  origin text := platform.resolve_source(request_credits.source);
  reason_given text := credits.check_reason(request_credits.reason);
  replay jsonb;
  policy public.credit_policies;
  request public.credit_requests;
begin
  replay := platform.begin_command('request_credits', actor, request_credits.idempotency_key,
    jsonb_build_object('credit_type', credit_type, 'amount', amount, 'reason', reason_given));
  if replay is not null then
    return replay;
  end if;
  -- Limits are counted under a lock of the player, so parallel requests cannot exceed them together.
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || actor, 0));
  request := credits.find_same_request(actor, request_credits.credit_type, request_credits.amount, reason_given);
  if request.id is not null then
    return platform.finish_command('request_credits', actor, request_credits.idempotency_key,
      credits.describe_credit_request(request)) || '{"replayed": true}';
  end if;
  perform platform.count_attempt('credit_request', actor::text);
  policy := credits.check_request_allowed(actor, request_credits.credit_type, request_credits.amount);
  insert into public.credit_requests (player_id, credit_type, amount, reason, source, expires_at, remind_at)
  values (
    actor, policy.credit_type, request_credits.amount, reason_given, origin,
    now() + make_interval(hours => policy.expire_after_hours),
    now() + make_interval(hours => policy.remind_after_hours))
  returning * into request;
  perform platform.emit_event('credits/request.created', jsonb_build_object('request_id', request.id));
  perform platform.record_audit('credit_request.created', 'credit_request', request.id::text, null,
    to_jsonb(request), actor, origin);
  return platform.finish_command('request_credits', actor, request_credits.idempotency_key,
    credits.announce_request(request, 'request_created'));
end;
$$;
comment on function public.request_credits(text, int, text, text, uuid, text) is
  'Creates a request within the policy''s limits and returns it with replayed, which is also true for another key '
  'if a duplicate is already pending. Moves no credits. Definer: nobody may write requests directly.';
grant execute on function public.request_credits(text, int, text, text, uuid, text) to authenticated,
  service_role;

-- schemas/credits/request_endings.sql

-- One spelling on the web and in Discord; and an admin, not the player, cancels a proposal.
create function credits.refuse_closed_request(request public.credit_requests)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  final record;
begin
  if request.state in ('approved', 'rejected') then
    select approver.display_name, word.decided_at into final
    from public.credit_decisions as word
    join public.profiles as approver on approver.id = word.decided_by
    where word.request_id = request.id and word.is_final;
    -- Isolated, so a right-to-left name does not reverse the sentence.
    perform platform.refuse(409, 'request_already_decided',
      format(E'\u2068%s\u2069 has already %s this request.', final.display_name, request.state),
      'Nothing is left to do.');
  elsif request.state = 'cancelled' then
    perform platform.refuse(410, 'request_cancelled', 'This request was cancelled.',
      'Nothing is left to do.');
  elsif request.state = 'expired' or request.expires_at <= now() then
    perform platform.refuse(410, 'request_expired', 'Nobody decided this request in time.',
      'The player can make a new one.');
  end if;
end;
$$;
comment on function credits.refuse_closed_request(public.credit_requests) is
  'Refuses DS409 or DS410, naming the approver, if the request is no longer open.';

create function public.cancel_credit_request(
  request_id uuid, idempotency_key text, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  replay jsonb;
  request public.credit_requests;
begin
  replay := platform.begin_command('cancel_credit_request', actor, cancel_credit_request.idempotency_key,
    jsonb_build_object('request_id', cancel_credit_request.request_id));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_cancel', actor::text);
  select * into request from public.credit_requests
  where credit_requests.id = cancel_credit_request.request_id
    and coalesce(credit_requests.proposed_by, credit_requests.player_id) = actor
  for update;
  if request.id is null then
    perform platform.refuse(404, 'request_not_found', 'You have no such request.',
      'Open your list of requests.');
  end if;
  if request.state <> 'pending' then
    perform platform.refuse(409, 'request_already_closed',
      format('This request is already %s.', request.state), null);
  end if;
  update public.credit_requests set state = 'cancelled', closed_at = clock_timestamp()
  where credit_requests.id = request.id returning * into request;
  perform platform.emit_event('credits/request.cancelled', jsonb_build_object('request_id', request.id));
  perform platform.record_audit('credit_request.cancelled', 'credit_request', request.id::text,
    '{"state": "pending"}', '{"state": "cancelled"}', actor, platform.resolve_source(source));
  return platform.finish_command('cancel_credit_request', actor, cancel_credit_request.idempotency_key,
    credits.announce_request(request, 'request_cancelled'));
end;
$$;
comment on function public.cancel_credit_request(uuid, text, uuid, text) is
  'Cancels an open request that the caller made or proposed, and returns it. Definer: nobody may write requests '
  'directly.';
grant execute on function public.cancel_credit_request(uuid, text, uuid, text) to authenticated, service_role;

create function credits.expire_credit_requests()
returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  request public.credit_requests;
  expired_count int := 0;
begin
  for request in
    select * from public.credit_requests
    where credit_requests.state = 'pending' and credit_requests.expires_at <= now()
    order by credit_requests.expires_at, credit_requests.id limit 500
    for update skip locked
  loop
    update public.credit_requests set state = 'expired', closed_at = clock_timestamp()
    where credit_requests.id = request.id returning * into request;
    perform platform.emit_event('credits/request.expired', jsonb_build_object('request_id', request.id));
    perform platform.record_audit('credit_request.expired', 'credit_request', request.id::text,
      '{"state": "pending"}', '{"state": "expired"}', null, 'system');
    perform credits.announce_request(request, 'request_expired');
    expired_count := expired_count + 1;
  end loop;
  for request in
    update public.credit_requests set reminded_at = now()
    where credit_requests.state = 'pending' and credit_requests.reminded_at is null
      and credit_requests.remind_at <= now()
    returning *
  loop
    perform platform.emit_event('credits/request.reminder_due', jsonb_build_object('request_id', request.id));
  end loop;
  return expired_count;
end;
$$;
comment on function credits.expire_credit_requests() is
  'Expires undecided requests and asks once for a reminder of old ones. Safe to run at any time, and twice; a '
  'request that is being decided is left alone. Returns the number of expired requests.';

-- schemas/credits/decisions.sql

-- Decisions count towards the limit of the approver, on every surface.

create function credits.check_decider(request public.credit_requests, decider uuid, comment text)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  approver_count int;
  admin_count int;
  is_fallback boolean;
begin
  select count(*), count(*) filter (where profiles.role = 'admin') into approver_count, admin_count
  from public.profiles
  where profiles.role in ('manager', 'admin') and profiles.left_at is null
    and profiles.id <> request.player_id;
  if decider = request.player_id and approver_count > 0 then
    perform platform.refuse(403, 'own_request', 'You cannot decide your own request.',
      'Another manager has to decide it; you can cancel it.');
  end if;
  if exists (select from public.credit_decisions as word
    where word.request_id = request.id and word.decided_by = decider) then
    perform platform.refuse(409, 'already_approved_by_you', 'You have approved this request before.',
      'It needs a second approver.');
  end if;
  is_fallback := decider = request.player_id or approver_count < credits.count_approvals_needed(request);
  if is_fallback and decider <> request.player_id and admin_count > 0
    and not identity.has_role(decider, 'admin') then
    perform platform.refuse(403, 'admin_needed',
      'Too few approvers exist for this amount, so an admin has to decide.',
      'Ask an admin.');
  end if;
  if is_fallback and char_length(trim(coalesce(check_decider.comment, ''))) = 0 then
    perform platform.refuse(400, 'comment_needed',
      'There are too few approvers to follow the usual rule, so this decision needs a comment.',
      'Say why in a comment.');
  end if;
  return is_fallback;
end;
$$;
comment on function credits.check_decider(public.credit_requests, uuid, text) is
  'Whether the decision is a fallback: nobody else may decide (the requester is the only approver), or fewer '
  'approvers exist than the amount needs. A fallback needs a comment, and an admin if there is one. Otherwise '
  'refuses the requester, and a second decision by the same approver.';

-- The effects of an approval, for requests and proposals.
create function credits.settle_credit_request(request public.credit_requests, approver uuid)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  transfer public.credit_transfers;
  valid_days int;
begin
  transfer.credit_type := request.credit_type;
  transfer.player_id := request.player_id;
  transfer.amount := request.amount;
  transfer.request_id := request.id;
  transfer.reason := request.reason;
  transfer.actor_id := approver;
  if request.kind = 'reversal' then
    transfer.reversal_of := request.reverses;
    return credits.reverse_transfer(transfer);
  end if;
  if request.grant_expires_at <= now() then
    perform platform.refuse(409, 'expiry_invalid', 'These credits would already have expired.',
      'Reject the proposal; the admin can make a new one.');
  end if;
  select policy.grant_valid_days into valid_days
  from public.credit_policies as policy where policy.credit_type = request.credit_type;
  transfer.idempotency_key := 'credit_request:' || request.id;
  return credits.grant_to_player(transfer, case request.kind
    when 'grant' then request.grant_expires_at else now() + make_interval(days => valid_days) end);
end;
$$;
comment on function credits.settle_credit_request(public.credit_requests, uuid) is
  'Moves the approved credits, once per request, and returns the transfer''s id: grants the requested or proposed '
  'amount, or reverses a transfer.';

create function credits.apply_decision(request public.credit_requests, word public.credit_decisions)
returns public.credit_requests
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  decided public.credit_requests := request;
begin
  insert into public.credit_decisions (
    request_id, decision, decided_by, comment, source, is_final, is_fallback)
  values (
    request.id, word.decision, word.decided_by, word.comment, word.source, word.is_final, word.is_fallback);
  if word.is_final then
    update public.credit_requests
    set state = case word.decision when 'approve' then 'approved' else 'rejected' end,
      closed_at = clock_timestamp(),
      transfer_id = case word.decision
        when 'approve' then credits.settle_credit_request(request, word.decided_by) end
    where credit_requests.id = request.id
    returning * into decided;
    perform platform.emit_event('credits/request.decided',
      jsonb_build_object('request_id', request.id, 'decision', word.decision));
  else
    perform platform.emit_event('credits/request.first_approved',
      jsonb_build_object('request_id', request.id));
  end if;
  perform platform.record_audit(
    'credit_request.' || case when word.is_final then decided.state else 'first_approved' end,
    'credit_request', request.id::text, jsonb_build_object('state', request.state),
    jsonb_build_object('state', decided.state, 'comment', word.comment, 'transfer_id', decided.transfer_id,
      'is_fallback', word.is_fallback),
    word.decided_by, word.source);
  return decided;
end;
$$;
comment on function credits.apply_decision(public.credit_requests, public.credit_decisions) is
  'Stores an allowed decision with all its effects: state, payment, event, audit. The caller holds the request''s '
  'lock.';

create function public.decide_credit_request(
  request_id uuid, decision text, comment text, idempotency_key text,
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  replay jsonb;
  request public.credit_requests;
  word public.credit_decisions;
  approval_count int;
  balances jsonb;
  description jsonb;
begin
  if not identity.has_role(actor, 'manager') then
    perform platform.refuse(403, 'manager_only', 'Only managers can decide requests.', 'Ask a manager.');
  end if;
  if decision is null or decision not in ('approve', 'reject') then
    perform platform.refuse(400, 'decision_invalid', 'A decision is approve or reject.',
      'Send one of the two.');
  end if;
  if char_length(comment) > 1000 then
    perform platform.refuse(400, 'comment_too_long', 'A comment has at most 1000 characters.', 'Shorten it.');
  end if;
  replay := platform.begin_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object('request_id', decide_credit_request.request_id, 'decision', decision));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_decision', actor::text);
  -- Concurrent deciders of one request queue here; all but the first find it closed.
  select * into request from public.credit_requests
  where credit_requests.id = decide_credit_request.request_id for update;
  if request.id is null then
    perform platform.refuse(404, 'request_not_found', 'There is no such request.',
      'Open the list of requests.');
  end if;
  perform credits.refuse_closed_request(request);
  word.decision := decide_credit_request.decision;
  word.decided_by := actor;
  word.comment := nullif(trim(decide_credit_request.comment), '');
  word.source := platform.resolve_source(decide_credit_request.source);
  word.is_fallback := credits.check_decider(request, actor, word.comment);
  select count(*) into approval_count from public.credit_decisions as earlier
  where earlier.request_id = request.id;
  word.is_final := word.decision = 'reject' or word.is_fallback
    or approval_count + 1 >= credits.count_approvals_needed(request);
  request := credits.apply_decision(request, word);
  balances := case when request.state = 'approved'
    then credits.announce_balances(request.player_id) else credits.describe_balances(request.player_id) end;
  description := credits.announce_request(request,
    case when word.is_final then 'request_decided' else 'request_updated' end);
  return platform.finish_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object(
      'request', description, 'decision', description -> 'decisions' -> -1, 'balances', balances));
end;
$$;
comment on function public.decide_credit_request(uuid, text, text, text, uuid, text) is
  'Approves or rejects a request or a proposal: {request, decision, balances, replayed}. Exactly one decision is '
  'ever final, even in a race; nobody decides their own request while another approver exists; above the '
  'policy''s amount two approvers are needed. An approval moves the credits in the same transaction. Definer: '
  'nobody may write decisions or credits directly.';
grant execute on function public.decide_credit_request(uuid, text, text, text, uuid, text)
  to authenticated, service_role;

-- schemas/credits/proposals.sql

-- Who may move credits alone, and what needs a second approver.

create function credits.count_other_approvers(player uuid, approver uuid)
returns int
language sql
stable
security definer
set search_path = ''
as $$
  select count(*)::int from public.profiles
  where profiles.role in ('manager', 'admin') and profiles.left_at is null
    and profiles.id is distinct from count_other_approvers.player
    and profiles.id is distinct from count_other_approvers.approver;
$$;
comment on function credits.count_other_approvers(uuid, uuid) is
  'The number of managers and admins besides these two, any of whom could be the second approver.';

create function credits.judge_transfer(kind text, transfer public.credit_transfers)
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  others int := credits.count_other_approvers(transfer.player_id, transfer.actor_id);
  amount_alone int;
  moved_today bigint;
begin
  if transfer.actor_id = transfer.player_id and others > 0 then
    perform platform.refuse(403, 'own_' || judge_transfer.kind,
      case judge_transfer.kind when 'grant' then 'You cannot grant credits to yourself.'
        else 'You cannot reverse a movement of your own credits.' end,
      case judge_transfer.kind when 'grant' then 'Make a request; another manager decides it.'
        else 'Ask another admin.' end);
  end if;
  if transfer.actor_id = transfer.player_id then
    return 'fallback';
  end if;
  select policy.second_approval_above into amount_alone
  from public.credit_policies as policy where policy.credit_type = transfer.credit_type;
  -- What one admin moves for a player within a day is added up, so a large amount cannot be split.
  select coalesce(sum(earlier.amount), 0) into moved_today
  from public.credit_transfers as earlier
  where earlier.player_id = transfer.player_id and earlier.actor_id = transfer.actor_id
    and earlier.credit_type = transfer.credit_type and earlier.kind = judge_transfer.kind
    and earlier.request_id is null and earlier.created_at > now() - interval '1 day';
  if amount_alone is null or moved_today + transfer.amount <= amount_alone then
    return 'alone';
  end if;
  return case when others > 0 then 'together' else 'fallback' end;
end;
$$;
comment on function credits.judge_transfer(text, public.credit_transfers) is
  'alone: the admin may move these credits; together: a second approver has to confirm; fallback: the rule '
  'requires someone else and there is nobody. Refuses DS403 for the admin''s own credits while someone else could '
  'do it. The caller holds the player''s lock.';

create function credits.check_reason(reason text)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
  given text := platform.tidy_text(coalesce(check_reason.reason, ''), true);
  problem text := platform.find_text_problem(given, 500, 3, true);
begin
  if problem is not null then
    perform platform.refuse_text(problem, 'reason', 'reason_invalid', 500, 3);
  end if;
  return given;
end;
$$;
comment on function credits.check_reason(text) is
  'The reason with tidied spaces; refuses DS400 if it is too short, too long or not presentable.';

create function credits.propose_transfer(kind text, transfer public.credit_transfers, valid_until timestamptz, source text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  origin text := platform.resolve_source(propose_transfer.source);
  policy public.credit_policies;
  request public.credit_requests;
begin
  select * into policy from public.credit_policies
  where credit_policies.credit_type = transfer.credit_type;
  insert into public.credit_requests (
    kind, player_id, credit_type, amount, reason, source, expires_at, remind_at, proposed_by, reverses,
    grant_expires_at)
  values (
    propose_transfer.kind, transfer.player_id, transfer.credit_type, transfer.amount, transfer.reason, origin,
    now() + make_interval(hours => policy.expire_after_hours),
    now() + make_interval(hours => policy.remind_after_hours),
    transfer.actor_id, transfer.reversal_of, propose_transfer.valid_until)
  on conflict (reverses) where state = 'pending' do nothing
  returning * into request;
  if request.id is null then
    perform platform.refuse(409, 'reversal_proposed', 'A reversal of this transfer is already proposed.',
      'Approve or reject that proposal.');
  end if;
  insert into public.credit_decisions (request_id, decision, decided_by, source, is_final)
  values (request.id, 'approve', transfer.actor_id, origin, false);
  perform platform.emit_event('credits/request.created', jsonb_build_object('request_id', request.id));
  perform platform.record_audit('credit_request.proposed', 'credit_request', request.id::text, null,
    to_jsonb(request), transfer.actor_id, origin);
  return jsonb_build_object(
    'transfer', null, 'request', credits.announce_request(request, 'request_created'),
    'balances', credits.describe_balances(request.player_id));
end;
$$;
comment on function credits.propose_transfer(text, public.credit_transfers, timestamptz, text) is
  'Stores a grant or reversal that a second approver has to confirm, with the proposing admin''s approval: '
  '{transfer: null, request, balances}. Moves no credits.';

-- schemas/credits/movements.sql

-- Credits that move without a request: an admin's grant, and what the product spends or holds.

create function credits.move_credits(
  transfer public.credit_transfers, actor uuid, source text, is_fallback boolean default false)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  done public.credit_transfers;
begin
  select * into done from public.credit_transfers
  where credit_transfers.idempotency_key = transfer.idempotency_key;
  perform platform.record_audit('credits.' || transfer.kind, 'player', transfer.player_id::text, null,
    jsonb_build_object('credit_type', transfer.credit_type, 'amount', transfer.amount, 'transfer_id', done.id,
      'reason', transfer.reason, 'is_fallback', move_credits.is_fallback),
    actor, platform.resolve_source(source));
  return jsonb_build_object(
    'transfer', to_jsonb(done), 'request', null, 'balances', credits.announce_balances(transfer.player_id));
end;
$$;
comment on function credits.move_credits(public.credit_transfers, uuid, text, boolean) is
  'The effects of a posted transfer: audit, announcement, and the result {transfer, request: null, balances}.';

create function credits.make_transfer(
  kind text, player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text, actor uuid)
returns public.credit_transfers
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  transfer public.credit_transfers;
begin
  if amount is null or amount not between 1 and 1000000000 then
    perform platform.refuse(400, 'amount_invalid', 'The amount must be a whole number above zero.',
      'Enter 1 or more.');
  end if;
  if not exists (
    select from public.credit_policies
    where credit_policies.credit_type = make_transfer.credit_type) then
    perform platform.refuse(400, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  if not exists (select from public.profiles where profiles.id = make_transfer.player_id) then
    perform platform.refuse(404, 'player_not_found', 'This player does not exist.', 'Check the player id.');
  end if;
  transfer.kind := make_transfer.kind;
  transfer.player_id := make_transfer.player_id;
  transfer.credit_type := make_transfer.credit_type;
  transfer.amount := make_transfer.amount;
  transfer.reason := left(nullif(trim(make_transfer.reason), ''), 500);
  transfer.idempotency_key := format('%s:%s:%s', make_transfer.kind, coalesce(actor::text, 'service'),
    make_transfer.idempotency_key);
  transfer.actor_id := make_transfer.actor;
  return transfer;
end;
$$;
comment on function credits.make_transfer(text, uuid, text, bigint, text, text, uuid) is
  'Validates a transfer without posting it. Refuses DS400 and DS404. The idempotency key is scoped to the actor.';

create function credits.take_from_player(
  kind text, player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text, source text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  command text := kind || '_credits';
  transfer public.credit_transfers :=
    credits.make_transfer(kind, player_id, credit_type, amount, reason, idempotency_key, null);
  replay jsonb := platform.begin_command(command, player_id, idempotency_key,
    jsonb_build_object('credit_type', credit_type, 'amount', amount));
begin
  if replay is not null then
    return replay;
  end if;
  transfer.idempotency_key := format('%s:%s:%s', kind, player_id, take_from_player.idempotency_key);
  perform credits.expire_lots(take_from_player.player_id);
  perform credits.take_from_lots(
    credits.post_transfer(transfer, 'available', case kind when 'hold' then 'held' else 'spent' end),
    kind = 'hold');
  return platform.finish_command(command, player_id, idempotency_key,
    credits.move_credits(transfer, null, source));
end;
$$;
comment on function credits.take_from_player(text, uuid, text, bigint, text, text, text) is
  'Spends or holds a player''s credits, soonest-expiring first, once per player, kind and key: {transfer, '
  'balances, replayed}. Refuses DS409 credits_insufficient.';

-- An admin's grant: immediate, or as a proposal.
create function public.grant_credits(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
  expires_at timestamptz default null, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  transfer public.credit_transfers;
  replay jsonb;
  judgement text;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can grant credits.',
      'Ask an admin, or make a request.');
  end if;
  if expires_at <= now() then
    perform platform.refuse(400, 'expiry_invalid', 'Credits cannot expire in the past.',
      'Choose a later time.');
  end if;
  transfer := credits.make_transfer('grant', player_id, credit_type, amount, credits.check_reason(reason),
    idempotency_key, actor);
  replay := platform.begin_command('grant_credits', actor, idempotency_key, jsonb_build_object(
    'player_id', player_id, 'credit_type', credit_type, 'amount', amount, 'expires_at', expires_at));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_grant', actor::text);
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || transfer.player_id, 0));
  judgement := credits.judge_transfer('grant', transfer);
  if judgement = 'together' then
    return platform.finish_command('grant_credits', actor, idempotency_key,
      credits.propose_transfer('grant', transfer, grant_credits.expires_at, source));
  end if;
  perform credits.grant_to_player(transfer, grant_credits.expires_at);
  return platform.finish_command('grant_credits', actor, idempotency_key,
    credits.move_credits(transfer, actor, source, judgement = 'fallback'));
end;
$$;
comment on function public.grant_credits(uuid, text, bigint, text, text, timestamptz, uuid, text) is
  'Grants credits to a player, optionally expiring: {transfer, request, balances, replayed}. Above the policy''s '
  'amount, including what the admin granted the player within a day, transfer is null and request waits for a '
  'second approver. Admins only, never to themselves while another approver exists; audited. Definer: nobody may '
  'write credits directly.';
grant execute on function public.grant_credits(uuid, text, bigint, text, text, timestamptz, uuid, text)
  to authenticated, service_role;

create function public.spend_credits(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
  source text default 'api')
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  select credits.take_from_player('spend', player_id, credit_type, amount, reason, idempotency_key, source);
$$;
comment on function public.spend_credits(uuid, text, bigint, text, text, text) is
  'Takes credits from a player, soonest-expiring first: {transfer, balances, replayed}. Refuses DS409 '
  'credits_insufficient. For the service only.';
grant execute on function public.spend_credits(uuid, text, bigint, text, text, text) to service_role;

-- schemas/credits/holds.sql

-- Credits on hold until it is known what they are spent on.

create function public.hold_credits(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
    source text default 'api')
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  select credits.take_from_player('hold', player_id, credit_type, amount, reason, idempotency_key, source);
$$;
comment on function public.hold_credits(uuid, text, bigint, text, text, text) is
  'Puts credits on hold: {transfer, balances, replayed}; transfer.id is the hold. End it with end_credit_hold. '
  'Refuses DS409 credits_insufficient. For the service only.';
grant execute on function public.hold_credits(uuid, text, bigint, text, text, text) to service_role;

create function public.end_credit_hold(
  hold_id uuid, ending text, idempotency_key text, amount bigint default null, source text default 'api')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  hold public.credit_transfers;
  transfer public.credit_transfers;
  replay jsonb;
  open_amount bigint;
begin
  if ending is null or ending not in ('release', 'capture') then
    perform platform.refuse(400, 'ending_invalid', 'A hold ends by release or capture.',
      'Send one of the two.');
  end if;
  -- Everybody who ends this hold queues here.
  select * into hold from public.credit_transfers
  where credit_transfers.id = end_credit_hold.hold_id and credit_transfers.kind = 'hold' for update;
  if hold.id is null then
    perform platform.refuse(404, 'hold_not_found', 'There is no such hold.', 'Check the id of the hold.');
  end if;
  replay := platform.begin_command('end_credit_hold', hold.player_id, end_credit_hold.idempotency_key,
    jsonb_build_object('hold_id', hold.id, 'ending', ending, 'amount', end_credit_hold.amount));
  if replay is not null then
    return replay;
  end if;
  select hold.amount - coalesce(sum(ended.amount), 0) into open_amount
  from public.credit_transfers as ended where ended.hold_id = hold.id;
  if open_amount = 0 then
    perform platform.refuse(409, 'hold_ended', 'Nothing is left of this hold.', 'Nothing is left to do.');
  end if;
  if coalesce(end_credit_hold.amount, open_amount) > open_amount then
    perform platform.refuse(409, 'hold_exceeded', format('Only %s are left of this hold.', open_amount),
      'Ask for less.');
  end if;
  transfer := credits.make_transfer(ending, hold.player_id, hold.credit_type,
    coalesce(end_credit_hold.amount, open_amount), hold.reason, '', null);
  transfer.idempotency_key := format('%s:%s:%s', ending, hold.id, end_credit_hold.idempotency_key);
  transfer.hold_id := hold.id;
  perform credits.give_back_to_lots(
    credits.post_transfer(transfer, 'held', case ending when 'capture' then 'spent' else 'available' end),
    hold.id, true, ending = 'capture');
  return platform.finish_command('end_credit_hold', hold.player_id, end_credit_hold.idempotency_key,
    credits.move_credits(transfer, null, source));
end;
$$;
comment on function public.end_credit_hold(uuid, text, text, bigint, text) is
  'Releases a hold to the player or captures it as spent, wholly or in part; never more than was held, even in a '
  'race: {transfer, balances, replayed}. For the service only.';
grant execute on function public.end_credit_hold(uuid, text, text, bigint, text) to service_role;

-- schemas/credits/reversals.sql

-- Reversed transfers: immediate, or as a proposal.

create function credits.reverse_transfer(transfer public.credit_transfers)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  origin public.credit_transfers;
  new_id uuid;
begin
  select * into origin from public.credit_transfers where credit_transfers.id = transfer.reversal_of;
  transfer.kind := 'reversal';
  transfer.idempotency_key := 'reversal:' || origin.id;
  if origin.kind = 'grant' then
    new_id := credits.post_transfer(transfer, 'available', 'issuance');
  else
    new_id := credits.post_transfer(transfer, 'spent', 'available');
  end if;
  if new_id is null then
    perform platform.refuse(409, 'already_reversed', 'This transfer was already reversed.',
      'Nothing is left to do.');
  end if;
  if origin.kind = 'grant' then
    perform credits.take_from_lots(new_id, false);
  else
    perform credits.give_back_to_lots(new_id, origin.id, false, false);
  end if;
  return new_id;
end;
$$;
comment on function credits.reverse_transfer(public.credit_transfers) is
  'Posts the transfer that reverses the one in reversal_of, with its lots, and returns its id. Refuses DS409 a '
  'second reversal, and a grant of which too much is spent.';

create function public.reverse_credit_transfer(
  transfer_id uuid, reason text, idempotency_key text,
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  reason_given text := credits.check_reason(reverse_credit_transfer.reason);
  origin public.credit_transfers;
  transfer public.credit_transfers;
  replay jsonb;
  judgement text;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can reverse a transfer.', 'Ask an admin.');
  end if;
  replay := platform.begin_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
    jsonb_build_object('transfer_id', reverse_credit_transfer.transfer_id));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_grant', actor::text);
  select * into origin from public.credit_transfers
  where credit_transfers.id = reverse_credit_transfer.transfer_id;
  if origin.id is null then
    perform platform.refuse(404, 'transfer_not_found', 'There is no such transfer.',
      'Check the id of the transfer.');
  end if;
  if origin.kind not in ('grant', 'spend') then
    perform platform.refuse(409, 'not_reversible', 'Only grants and spends can be reversed.',
      'Release a hold instead.');
  end if;
  if exists (select from public.credit_transfers as earlier where earlier.reversal_of = origin.id) then
    perform platform.refuse(409, 'already_reversed', 'This transfer was already reversed.',
      'Nothing is left to do.');
  end if;
  transfer := credits.make_transfer('reversal', origin.player_id, origin.credit_type, origin.amount,
    reason_given, '', actor);
  transfer.reversal_of := origin.id;
  transfer.idempotency_key := 'reversal:' || origin.id;
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || origin.player_id, 0));
  judgement := credits.judge_transfer('reversal', transfer);
  if judgement = 'together' then
    return platform.finish_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
      credits.propose_transfer('reversal', transfer, null, source));
  end if;
  perform credits.reverse_transfer(transfer);
  return platform.finish_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
    credits.move_credits(transfer, actor, source, judgement = 'fallback'));
end;
$$;
comment on function public.reverse_credit_transfer(uuid, text, text, uuid, text) is
  'Reverses a grant or a spend, once, by an opposite transfer: {transfer, request, balances, replayed}. A grant '
  'only while the player still has that much. Above the policy''s amount transfer is null and request waits for a '
  'second approver. Admins only, never for their own credits while another approver exists; audited. Definer: '
  'nobody may write credits directly.';
grant execute on function public.reverse_credit_transfer(uuid, text, text, uuid, text)
  to authenticated, service_role;

-- schemas/credits/reads.sql

-- Reads run with the caller's rights: players see their own rows, managers and the service see all.

create function credits.resolve_reader(player_id uuid)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  own uuid := identity.current_player_id();
begin
  if platform.is_service() then
    if player_id is null then
      perform platform.refuse(400, 'player_missing', 'The player is missing.', 'Send player_id.');
    end if;
    return player_id;
  end if;
  if own is null then
    perform platform.refuse(401, 'not_signed_in', 'You are not signed in.', 'Sign in and try again.');
  end if;
  if player_id is not null and player_id <> own and not identity.has_role(own, 'manager') then
    perform platform.refuse(403, 'not_your_credits', 'You can see only your own credits.',
      'Leave player_id out.');
  end if;
  return coalesce(player_id, own);
end;
$$;
comment on function credits.resolve_reader(uuid) is
  'The player whose credits a call is about: the given one if the caller may see them, otherwise the caller. '
  'Refuses DS401 and DS403.';
grant execute on function credits.resolve_reader(uuid) to authenticated, service_role;

create function credits.parse_cursor(
  before text, id_pattern text, out before_at timestamptz, out before_id text)
language plpgsql
immutable
set search_path = ''
as $$
begin
  if before is not null then
    before_at := split_part(before, '_', 1)::timestamptz;
    before_id := split_part(before, '_', 2);
    if before_id !~ id_pattern then
      raise invalid_text_representation;
    end if;
  end if;
exception when data_exception then
  perform platform.refuse(400, 'cursor_invalid', 'This cursor is not valid.',
    'Start from the first page.');
end;
$$;
comment on function credits.parse_cursor(text, text) is
  'Parses a page cursor <timestamp>_<id>; refuses DS400 for any other text.';
grant execute on function credits.parse_cursor(text, text) to authenticated, service_role;

create function credits.format_cursor(at timestamptz, id text)
returns text
language sql
immutable
set search_path = ''
as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '_' || id;
$$;
comment on function credits.format_cursor(timestamptz, text) is
  'The cursor of the page after this row.';
grant execute on function credits.format_cursor(timestamptz, text) to authenticated, service_role;

create function public.get_credit_balances(player_id uuid default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select credits.describe_balances(credits.resolve_reader(get_credit_balances.player_id));
$$;
comment on function public.get_credit_balances(uuid) is
  '{ai: {available, held}, lead: {available, held}} of the caller, or of the given player for managers and the '
  'service.';
grant execute on function public.get_credit_balances(uuid) to authenticated, service_role;

create function public.get_credit_request(request_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select credits.describe_credit_request(request) from public.credit_requests as request
  where request.id = get_credit_request.request_id;
$$;
comment on function public.get_credit_request(uuid) is 'One request the caller may see, else null.';
grant execute on function public.get_credit_request(uuid) to authenticated, service_role;

create function public.list_credit_requests(
  state text default null, max_rows int default 50, before text default null, player_id uuid default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with cursor as (
    select before_at, before_id from credits.parse_cursor(
      list_credit_requests.before, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
  ),
  page as (
    select request as row_value, request.created_at, request.id,
      row_number() over (order by request.created_at desc, request.id desc) as place
    from public.credit_requests as request, cursor
    where (list_credit_requests.state is null or request.state = list_credit_requests.state)
      and (list_credit_requests.player_id is null or request.player_id = list_credit_requests.player_id)
      and (cursor.before_at is null
        or (request.created_at, request.id) < (cursor.before_at, cursor.before_id::uuid))
    order by request.created_at desc, request.id desc
    limit least(greatest(coalesce(max_rows, 50), 1), 200) + 1
  ),
  shown as (
    select * from page where page.place <= least(greatest(coalesce(max_rows, 50), 1), 200)
  )
  select jsonb_build_object(
    'requests', coalesce(
      (select jsonb_agg(credits.describe_credit_request(shown.row_value) order by shown.place) from shown),
      '[]'),
    'next_cursor', case when (select count(*) from page) > (select count(*) from shown) then
      (select credits.format_cursor(shown.created_at, shown.id::text)
       from shown order by shown.place desc limit 1)
    end);
$$;
comment on function public.list_credit_requests(text, int, text, uuid) is
  '{requests, next_cursor}, newest first, that the caller may see; pages never skip or repeat a row, whatever is '
  'added.';
grant execute on function public.list_credit_requests(text, int, text, uuid) to authenticated, service_role;

create function public.get_credit_ledger(
  player_id uuid default null, credit_type text default null, max_rows int default 50,
  before text default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with cursor as (
    select before_at, before_id from credits.parse_cursor(get_credit_ledger.before, '^[0-9]{1,18}$')
  ),
  page as (
    select entry.id, transfer.created_at, jsonb_build_object(
        'entry_id', entry.id, 'transfer_id', transfer.id, 'kind', transfer.kind,
        'credit_type', account.credit_type, 'account', account.kind, 'amount', entry.amount,
        'balance_before', entry.balance_before,
        'balance_after', entry.balance_after, 'reason', transfer.reason, 'request_id', transfer.request_id,
        'reversal_of', transfer.reversal_of, 'actor_id', transfer.actor_id, 'created_at', transfer.created_at
      ) as description,
      row_number() over (order by transfer.created_at desc, entry.id desc) as place
    from cursor, public.credit_entries as entry
    join public.credit_accounts as account on account.id = entry.account_id
    join public.credit_transfers as transfer on transfer.id = entry.transfer_id
    where account.player_id = (select credits.resolve_reader(get_credit_ledger.player_id))
      and (get_credit_ledger.credit_type is null or account.credit_type = get_credit_ledger.credit_type)
      and (cursor.before_at is null
        or (transfer.created_at, entry.id) < (cursor.before_at, cursor.before_id::bigint))
    order by transfer.created_at desc, entry.id desc
    limit least(greatest(coalesce(max_rows, 50), 1), 200) + 1
  ),
  shown as (
    select * from page where page.place <= least(greatest(coalesce(max_rows, 50), 1), 200)
  )
  select jsonb_build_object(
    'entries', coalesce((select jsonb_agg(shown.description order by shown.place) from shown), '[]'),
    'next_cursor', case when (select count(*) from page) > (select count(*) from shown) then
      (select credits.format_cursor(shown.created_at, shown.id::text)
       from shown order by shown.place desc limit 1)
    end);
$$;
comment on function public.get_credit_ledger(uuid, text, int, text) is
  '{entries, next_cursor}, newest first: changes of a player''s balances, with the balance before and after.';
grant execute on function public.get_credit_ledger(uuid, text, int, text) to authenticated, service_role;

-- schemas/credits/request_cards.sql

create table credits.request_cards (
  request_id uuid primary key references public.credit_requests (id),
  channel_id text not null check (channel_id ~ '^[0-9]{15,21}$'),
  message_id text not null check (message_id ~ '^[0-9]{15,21}$'),
  posted_at timestamptz not null default now()
);
comment on table credits.request_cards is
  'One row is the Discord message that shows a request to the approvers.';

alter table credits.request_cards enable row level security;

create function public.record_request_card(
  request_id uuid, channel_id text, message_id text, replaces_message_id text default null)
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  with stored as (
    insert into credits.request_cards as card (request_id, channel_id, message_id)
    values (record_request_card.request_id, record_request_card.channel_id, record_request_card.message_id)
    on conflict (request_id) do update
    set channel_id = excluded.channel_id, message_id = excluded.message_id, posted_at = now()
    where card.message_id = record_request_card.replaces_message_id
    returning card.channel_id, card.message_id
  )
  select jsonb_build_object('channel_id', first.channel_id, 'message_id', first.message_id)
  from (
    select stored.channel_id, stored.message_id, 0 as place from stored
    union all
    select card.channel_id, card.message_id, 1 from credits.request_cards as card
    where card.request_id = record_request_card.request_id
    order by place limit 1
  ) as first;
$$;
comment on function public.record_request_card(uuid, text, text, text) is
  'Stores which message shows a request and returns {channel_id, message_id} of the one that counts: the first '
  'recorded, unless the given one replaces it. For the service only.';
grant execute on function public.record_request_card(uuid, text, text, text) to service_role;

create function public.get_request_card(request_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('channel_id', card.channel_id, 'message_id', card.message_id)
  from credits.request_cards as card where card.request_id = get_request_card.request_id;
$$;
comment on function public.get_request_card(uuid) is
  '{channel_id, message_id} of the message that shows a request, else null.';
grant execute on function public.get_request_card(uuid) to service_role;

-- Whether the player was notified is known once Discord has answered; approvers see it then.
create function public.record_request_notice(request_id uuid, notice text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  request public.credit_requests;
begin
  update public.credit_requests set requester_notice = record_request_notice.notice
  where credit_requests.id = record_request_notice.request_id
  returning * into request;
  if request.id is null then
    return null;
  end if;
  return credits.announce_request(request, 'request_updated');
end;
$$;
comment on function public.record_request_notice(uuid, text) is
  'Records whether the direct message about the outcome arrived (delivered, closed or unlinked), notifies open '
  'pages, and returns the request; null if there is none. For the service only.';
grant execute on function public.record_request_notice(uuid, text) to service_role;

-- schemas/roles/guilds.sql

create table public.guilds (
  id text primary key check (id ~ '^[0-9]{15,21}$'),
  name text not null check (platform.is_presentable(name, 100)),
  approvals_channel_id text check (approvals_channel_id ~ '^[0-9]{15,21}$'),
  announcements_channel_id text check (announcements_channel_id ~ '^[0-9]{15,21}$'),
  tier_role_ids jsonb not null default '{}' check (jsonb_typeof(tier_role_ids) = 'object'),
  health jsonb not null default '{}' check (jsonb_typeof(health) = 'object'),
  health_checked_at timestamptz,
  created_at timestamptz not null default now()
);
comment on table public.guilds is
  'One row is one Discord server the bot serves, with its channels, its role for each tier and the bot''s health '
  'there.';
comment on column public.guilds.tier_role_ids is
  'Tier to role id: {"champion": "123…", …}; a tier without a role is not shown there.';
comment on column public.guilds.health is
  'Findings of the last check: permissions, role order, missing channels.';

alter table public.guilds enable row level security;
grant select on public.guilds to authenticated, service_role;

create trigger on_guild_write_present_name
  before insert or update of name on public.guilds
  for each row execute function platform.make_text_presentable('name', '100', 'id');

create policy "Managers see the servers"
  on public.guilds for select to authenticated
  using ((select identity.is_manager()));

create function public.upsert_guild(
  guild_id text, name text, approvals_channel_id text default null,
  announcements_channel_id text default null,
  tier_role_ids jsonb default null, health jsonb default null)
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  insert into public.guilds as guild
    (id, name, approvals_channel_id, announcements_channel_id, tier_role_ids, health, health_checked_at)
  values (
    upsert_guild.guild_id, upsert_guild.name, upsert_guild.approvals_channel_id,
    upsert_guild.announcements_channel_id,
    coalesce(upsert_guild.tier_role_ids, '{}'), coalesce(upsert_guild.health, '{}'),
    case when upsert_guild.health is not null then now() end)
  on conflict (id) do update set
    name = excluded.name,
    approvals_channel_id = coalesce(upsert_guild.approvals_channel_id, guild.approvals_channel_id),
    announcements_channel_id = coalesce(upsert_guild.announcements_channel_id,
      guild.announcements_channel_id),
    tier_role_ids = coalesce(upsert_guild.tier_role_ids, guild.tier_role_ids),
    health = coalesce(upsert_guild.health, guild.health),
    health_checked_at = coalesce(excluded.health_checked_at, guild.health_checked_at)
  returning to_jsonb(guild);
$$;
comment on function public.upsert_guild(text, text, text, text, jsonb, jsonb) is
  'Creates a server or updates the given fields (null keeps the current value); returns the row.';
grant execute on function public.upsert_guild(text, text, text, text, jsonb, jsonb) to service_role;

-- schemas/roles/member_roles.sql

create table public.member_roles (
  guild_id text not null references public.guilds (id),
  discord_user_id text not null check (discord_user_id ~ '^[0-9]{15,21}$'),
  player_id uuid not null references public.profiles (id),
  desired_tier text check (desired_tier in ('champion', 'silver', 'bronze', 'top_10', 'elite')),
  confirmed_tier text check (confirmed_tier in ('champion', 'silver', 'bronze', 'top_10', 'elite')),
  may_hold_tiers text[] not null default '{}',
  state text not null default 'pending' check (state in ('pending', 'confirmed', 'waiting', 'failed')),
  cause_code text,
  cause text check (platform.is_presentable(cause, 500)),
  changed_at timestamptz not null default now(),
  checked_at timestamptz,
  primary key (guild_id, discord_user_id)
);
comment on table public.member_roles is
  'One row is the tier role of one Discord account in one server: desired and confirmed.';
comment on column public.member_roles.may_hold_tiers is
  'Every tier whose role the member may have now, because it was confirmed or requested since: all but the '
  'desired one are removed.';
comment on column public.member_roles.state is
  'pending: to be done; confirmed: read back from Discord; waiting: not possible yet; failed: Discord refused.';
comment on column public.member_roles.cause is 'A sentence about why the role is missing and what to do.';
comment on column public.member_roles.changed_at is
  'Since when the desired tier has been what it is: the lag counts from here.';
create index member_roles_player_id_idx on public.member_roles (player_id);
create index member_roles_open_idx on public.member_roles (guild_id, state) where state <> 'confirmed';

alter table public.member_roles enable row level security;
grant select on public.member_roles to authenticated, service_role;

create trigger on_member_role_write_present_cause
  before insert or update of cause on public.member_roles
  for each row execute function platform.make_text_presentable('cause', '500');

create policy "Players see their own roles, managers all"
  on public.member_roles for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));

create function roles.update_desired_tiers(guild public.guilds)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  with desired as (
    select distinct on (link.discord_user_id) link.discord_user_id, link.player_id, held.tier
    from public.discord_links as link
    join public.player_tiers as held on held.player_id = link.player_id
    join public.boards as board on board.id = held.board_id and board.awards_tiers
    where guild.tier_role_ids ->> held.tier is not null
    order by link.discord_user_id, array_position(leaderboard.list_tiers(), held.tier)
  ),
  taken_back as (
    update public.member_roles as member
    set desired_tier = null, state = 'pending', cause_code = null, cause = null, changed_at = now()
    where member.guild_id = guild.id and member.desired_tier is not null
      and not exists (select from desired where desired.discord_user_id = member.discord_user_id)
  )
  insert into public.member_roles as member (guild_id, discord_user_id, player_id, desired_tier)
  select guild.id, desired.discord_user_id, desired.player_id, desired.tier from desired
  on conflict (guild_id, discord_user_id) do update
  set player_id = excluded.player_id, desired_tier = excluded.desired_tier, state = 'pending',
    cause_code = null, cause = null, changed_at = now()
  where member.desired_tier is distinct from excluded.desired_tier or member.player_id <> excluded.player_id;
$$;
comment on function roles.update_desired_tiers(public.guilds) is
  'Sets what each linked member of the server should have now, from the tiers of the awarding board. A row is '
  'written only on change.';

-- schemas/roles/plan.sql

create function roles.list_due_role_steps(guild public.guilds, only_player_id uuid, include_waiting boolean)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with member as (
    select row_value.*,
      array(
        select guild.tier_role_ids ->> tier from unnest(row_value.may_hold_tiers) as tier
        where tier is distinct from row_value.desired_tier and guild.tier_role_ids ->> tier is not null
      ) as stale_role_ids,
      row_value.may_hold_tiers && (leaderboard.list_tiers())[1:3] as may_hold_title,
      (only_player_id is null or row_value.player_id = only_player_id) and case row_value.state
        when 'pending' then true
        when 'confirmed' then false
        when 'failed' then include_waiting or row_value.checked_at < now() - interval '5 minutes'
        else include_waiting or row_value.checked_at < now() - interval '1 hour'
      end as is_due
    from public.member_roles as row_value where row_value.guild_id = guild.id
  ),
  step as (
    select member.player_id, member.discord_user_id, member.stale_role_ids as remove_role_ids,
      null as tier, 1 as phase
    from member
    where member.is_due
      and (member.desired_tier is null or (member.may_hold_title and member.stale_role_ids <> '{}'))
    union all
    select member.player_id, member.discord_user_id,
      case when member.may_hold_title then '{}' else member.stale_role_ids end, member.desired_tier, 2
    from member
    where member.is_due and member.desired_tier is not null
      and not exists (
        select from member as holder
        where member.desired_tier = any ((leaderboard.list_tiers())[1:3])
          and member.desired_tier = any (holder.may_hold_tiers)
          and holder.discord_user_id <> member.discord_user_id)
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'player_id', step.player_id, 'discord_user_id', step.discord_user_id,
    'remove_role_ids', to_jsonb(step.remove_role_ids), 'add_role_id', guild.tier_role_ids ->> step.tier,
    'desired_tier', step.tier)
    order by step.phase, array_position(leaderboard.list_tiers(), step.tier), step.discord_user_id), '[]')
  from step;
$$;
comment on function roles.list_due_role_steps(public.guilds, uuid, boolean) is
  'Steps in two phases: members who lose a title or every role give it up first, then roles are added. A title '
  'that somebody else may still hold is not given: it comes with the next plan, once its removal was confirmed.';

create function public.plan_role_changes(
  guild_id text, player_id uuid default null, include_waiting boolean default false)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  guild public.guilds;
  steps jsonb;
begin
  -- One planner per server at a time.
  select * into guild from public.guilds where guilds.id = plan_role_changes.guild_id for no key update;
  if guild.id is null then
    perform platform.refuse(404, 'guild_not_found', 'This server is not known.', 'Set the server up first.');
  end if;
  perform roles.update_desired_tiers(guild);
  steps := roles.list_due_role_steps(guild, plan_role_changes.player_id, plan_role_changes.include_waiting);
  -- Stored before Discord is asked, so a crash in between leaves no unknown role.
  update public.member_roles as member
  set may_hold_tiers = member.may_hold_tiers || member.desired_tier
  from jsonb_to_recordset(steps) as step (discord_user_id text, add_role_id text)
  where member.guild_id = guild.id and member.discord_user_id = step.discord_user_id
    and step.add_role_id is not null and not member.desired_tier = any (member.may_hold_tiers);
  return steps;
end;
$$;
comment on function public.plan_role_changes(text, uuid, boolean) is
  'The changes due now in a server, in order: [{player_id, discord_user_id, remove_role_ids, add_role_id, '
  'desired_tier}]. Execute one step after the other, record each with record_role_result (desired_tier is the '
  'member''s tier after the step), and plan again until nothing is left: a title is planned only once nobody else '
  'may hold it. Failed and waiting members return after 5 minutes or an hour, or at once with include_waiting. '
  'For the service only.';
grant execute on function public.plan_role_changes(text, uuid, boolean) to service_role;

-- schemas/roles/results.sql

create function public.record_role_result(
  guild_id text, player_id uuid, state text, confirmed_tier text, cause_code text default null,
  cause text default null, discord_user_id text default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  member public.member_roles;
begin
  select * into member from public.member_roles as candidate
  where candidate.guild_id = record_role_result.guild_id
    and candidate.player_id = record_role_result.player_id
    and (record_role_result.discord_user_id is null
      or candidate.discord_user_id = record_role_result.discord_user_id)
  order by candidate.desired_tier is null, candidate.changed_at desc limit 1
  for update;
  if member.guild_id is null then
    return null;
  end if;
  update public.member_roles as changed
  set state = case
      when record_role_result.state = 'confirmed'
        and record_role_result.confirmed_tier is distinct from changed.desired_tier then 'pending'
      else record_role_result.state end,
    confirmed_tier = case
      when record_role_result.state = 'confirmed' then record_role_result.confirmed_tier
      when record_role_result.cause_code in ('not_in_server', 'discord_user_unknown') then null
      else changed.confirmed_tier end,
    may_hold_tiers = case
      when record_role_result.state = 'confirmed' then array(
        select distinct held
        from unnest(array[record_role_result.confirmed_tier, changed.desired_tier]) as held
        where held is not null)
      when record_role_result.cause_code in ('not_in_server', 'discord_user_unknown') then '{}'
      else changed.may_hold_tiers end,
    cause_code = record_role_result.cause_code, cause = record_role_result.cause, checked_at = now()
  where changed.guild_id = member.guild_id and changed.discord_user_id = member.discord_user_id
  returning * into member;
  if member.desired_tier is null and member.confirmed_tier is null and member.state = 'confirmed'
    and not exists (select from public.discord_links as link
      where link.discord_user_id = member.discord_user_id) then
    delete from public.member_roles as gone
    where gone.guild_id = member.guild_id and gone.discord_user_id = member.discord_user_id;
  end if;
  return to_jsonb(member);
end;
$$;
comment on function public.record_role_result(text, uuid, text, text, text, text, text) is
  'Stores Discord''s answer for one member and returns the row, null if there is none. A confirmed tier other '
  'than the desired one leaves the row pending. A member who is not on the server holds no role. For the service '
  'only.';
grant execute on function public.record_role_result(text, uuid, text, text, text, text, text) to service_role;

-- schemas/roles/causes.sql

create function public.report_member_event(guild_id text, discord_user_id text, kind text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if kind not in ('joined', 'left') or guild_id !~ '^[0-9]{15,21}$' or discord_user_id !~ '^[0-9]{15,21}$' then
    perform platform.refuse(400, 'member_event_invalid', 'This is not a member joining or leaving.',
      'Send joined or left, with the ids of the guild and the person.');
  end if;
  return platform.emit_event('discord/member.' || kind,
    jsonb_build_object('guild_id', guild_id, 'discord_user_id', discord_user_id));
end;
$$;
comment on function public.report_member_event(text, text, text) is
  'Writes discord/member.joined or discord/member.left to the outbox. Idempotent, because receivers compare states.';
grant execute on function public.report_member_event(text, text, text) to service_role;

create function public.request_role_sync(guild_id text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (select from public.guilds where guilds.id = request_role_sync.guild_id) then
    perform platform.refuse(404, 'guild_not_found', 'This server is not known.', 'Set the server up first.');
  end if;
  return platform.emit_event('discord/roles.sync_requested', jsonb_build_object('guild_id', guild_id));
end;
$$;
comment on function public.request_role_sync(text) is
  'Requests a role sync of a server. Idempotent: nothing is done if nothing differs. For the service only.';
grant execute on function public.request_role_sync(text) to service_role;

-- data/credits.sql

insert into public.credit_policies (
  credit_type, request_amount_max, period_days, period_amount_max, pending_count_max,
  second_approval_above, expire_after_hours, remind_after_hours, grant_valid_days)
values
  ('ai', 1000, 30, 3000, 3, 500, 72, 24, null),
  ('lead', 500, 30, 1500, 3, 250, 72, 24, null)
on conflict (credit_type) do nothing;

-- data/jobs.sql

-- Scheduled jobs. Times are UTC; a job name is unique; each function may run at any time, and twice.

select cron.schedule('forget-capped-days', '41 3 * * *', 'select leaderboard.forget_capped_days()');
select cron.schedule('thin-board-history', '7,22,37,52 * * * *', 'select leaderboard.thin_all_history()');
select cron.schedule('refresh-boards', '30 seconds', 'call leaderboard.refresh_due_boards()');
select cron.schedule('close-periods', '30 seconds', 'call leaderboard.close_due_periods()');
select cron.schedule('sweep-outbox', '5 seconds', 'select platform.sweep_outbox()');
select cron.schedule('expire-credit-requests', '* * * * *', 'select credits.expire_credit_requests()');
select cron.schedule('expire-credit-lots', '*/5 * * * *', 'select credits.expire_lots()');
select cron.schedule('purge-old-rows', '17 * * * *', 'select platform.purge_old_rows()');
select cron.schedule('sweep-interactions', '5 seconds', 'select platform.sweep_interactions()');
select cron.schedule('clear-api-answers', '17 * * * *',
  $$delete from integrations.api_answers where created_at < now() - interval '24 hours'$$);

-- data/leaderboard.sql

-- The initial competition: what counts, and four boards.

insert into leaderboard.leaderboard_settings default values on conflict do nothing;
insert into leaderboard.refresh_runs (job) values ('refresh'), ('close') on conflict (job) do nothing;

insert into public.score_rules (metric, points_per_unit, daily_cap_points, effective_from) values
  ('deal_closed', 100, null, '2020-01-01 00:00+00'),
  ('lead_converted', 25, null, '2020-01-01 00:00+00'),
  ('call_booked', 10, null, '2020-01-01 00:00+00'),
  ('task_completed', 5, 250, '2020-01-01 00:00+00')
on conflict (metric, effective_from) do nothing;

-- Only one board announces ranks: four would announce nearly the same thing four times.
insert into public.boards (slug, name, kind, awards_tiers, announces_ranks, late_policy, close_grace) values
  ('all-time', 'All time', 'all_time', true, true, 'refuse', '0'),
  ('monthly', 'This month', 'monthly', false, false, 'refuse', '6 hours'),
  ('weekly', 'This week', 'weekly', false, false, 'next_period', '1 hour'),
  ('daily', 'Today', 'daily', false, false, 'next_period', '15 minutes')
on conflict (slug) do nothing;

insert into leaderboard.milestones (board_id, milestone, kind, threshold)
select boards.id, milestone.name, milestone.kind, milestone.threshold
from public.boards
cross join (values
  ('score_1000', 'score', 1000), ('score_5000', 'score', 5000), ('score_10000', 'score', 10000),
  ('score_50000', 'score', 50000), ('score_100000', 'score', 100000),
  ('first_top_100', 'position', 100), ('first_top_10', 'position', 10), ('first_place', 'position', 1)
) as milestone (name, kind, threshold)
where boards.slug = 'all-time'
on conflict (board_id, milestone) do nothing;

select leaderboard.open_due_periods();

-- data/platform.sql

insert into platform.attempt_limits (action, window_seconds, limit_count)
values
  ('api_address', 60, 240),
  ('api_key', 60, 6000),
  ('api_simulate', 60, 10),
  ('api_verification', 60, 10),
  ('credit_cancel', 60, 30),
  ('credit_decision', 60, 120),
  ('credit_grant', 60, 30),
  ('credit_request', 60, 10),
  ('credit_request', 3600, 60),
  ('discord_link', 60, 20),
  ('discord_sign_in', 60, 120),
  ('discord_unlink', 60, 20),
  ('interaction', 20, 20),
  ('metrics', 60, 60),
  ('profile_change', 60, 30),
  ('search', 60, 240),
  ('sign_in', 60, 10),
  -- An office may share one address.
  ('sign_in_address', 60, 120)
on conflict (action, window_seconds) do nothing;
