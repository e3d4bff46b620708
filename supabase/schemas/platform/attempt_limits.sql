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
  current_window bigint;
  elapsed numeric;
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
  current_window := floor(epoch / check_rate_limit.window_seconds);
  elapsed := epoch / check_rate_limit.window_seconds - current_window;
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
