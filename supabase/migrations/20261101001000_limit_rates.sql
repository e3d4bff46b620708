create table private.rate_limits (
  bucket text not null check (char_length(bucket) between 1 and 200),
  window_seconds int not null check (window_seconds > 0),
  window_number bigint not null,
  hits int not null default 0,
  primary key (bucket, window_seconds, window_number)
);
comment on table private.rate_limits is
  'One row counts the allowed calls of one bucket (who and what) in one fixed window since 1970.';
alter table private.rate_limits enable row level security;

create function public.check_rate_limit(bucket text, limit_count int, window_seconds int,
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
  is_allowed boolean;
begin
  if limit_count < 1 or check_rate_limit.window_seconds < 1 then
    perform private.refuse(400, 'rate_limit_invalid', 'A rate limit needs a positive count and window.',
      null);
  end if;
  if is_counted then
    -- The row's lock serialises the callers of one bucket, and of no other.
    insert into private.rate_limits (bucket, window_seconds, window_number)
    values (check_rate_limit.bucket, check_rate_limit.window_seconds, current_window)
    on conflict on constraint rate_limits_pkey do update set hits = rate_limits.hits
    returning rate_limits.hits into current_hits;
  else
    select rate_limits.hits into current_hits from private.rate_limits
    where rate_limits.bucket = check_rate_limit.bucket
      and rate_limits.window_seconds = check_rate_limit.window_seconds
      and rate_limits.window_number = current_window;
  end if;
  select rate_limits.hits into previous_hits from private.rate_limits
  where rate_limits.bucket = check_rate_limit.bucket
    and rate_limits.window_seconds = check_rate_limit.window_seconds
    and rate_limits.window_number = current_window - 1;
  used := coalesce(current_hits, 0) + coalesce(previous_hits, 0) * (1 - elapsed);
  is_allowed := used + 1 <= limit_count;
  if is_allowed and is_counted then
    used := used + 1;
    update private.rate_limits set hits = rate_limits.hits + 1
    where rate_limits.bucket = check_rate_limit.bucket
      and rate_limits.window_seconds = check_rate_limit.window_seconds
      and rate_limits.window_number = current_window;
  end if;
  return jsonb_build_object(
    'allowed', is_allowed,
    'remaining', greatest(floor(limit_count - used), 0)::int,
    'reset_at', to_timestamp((current_window + 1) * check_rate_limit.window_seconds));
end;
$$;
comment on function public.check_rate_limit(text, int, int, boolean) is
  'Sliding window over two fixed ones: counts the call when it is allowed. {allowed, remaining, reset_at}. '
  'In any window of that length at most limit_count calls pass when calls are spread evenly; a refused call '
  'does not count, nor does one that is only looked at (is_counted false).';
grant execute on function public.check_rate_limit(text, int, int, boolean) to service_role;
