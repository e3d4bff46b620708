SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION platform.check_rate_limit (
  bucket         text,
  limit_count    integer,
  window_seconds integer,
  is_counted     boolean DEFAULT true
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;
