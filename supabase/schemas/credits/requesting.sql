-- Request commands count towards the limit of the person they run for, on every surface, and a duplicate of a
-- pending request is not stored.

create function credits.count_asked(player_id uuid, policy credits.policy_versions)
returns table (pending_count bigint, day_amount bigint, period_amount bigint)
language sql
stable
security definer
set search_path = ''
as $$
  select count(*) filter (where request.state = 'pending'),
    coalesce(sum(request.amount) filter (where request.created_at > now() - interval '1 day'), 0),
    coalesce(sum(request.amount) filter (
      where request.state = 'pending' or request.created_at > now() - make_interval(days => policy.period_days)), 0)
  from public.credit_requests as request
  where request.player_id = count_asked.player_id and request.credit_type = policy.credit_type
    and request.kind = 'request' and request.state in ('pending', 'approved');
$$;
comment on function credits.count_asked(uuid, credits.policy_versions) is
  'How many requests of the player wait, and what was requested within 24 hours and within the policy''s period; '
  'rejected, cancelled and expired requests do not count.';

create function credits.check_request_allowed(player_id uuid, credit_type text, amount int)
returns credits.policy_versions
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  policy credits.policy_versions;
  asked record;
begin
  if not credits.is_credit_type(check_request_allowed.credit_type) then
    perform platform.refuse(400, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  if amount is null or amount < 1 then
    perform platform.refuse(400, 'amount_invalid', 'The amount must be a whole number above zero.',
      'Enter 1 or more.');
  end if;
  perform credits.read_policies();
  policy := credits.find_policy(check_request_allowed.player_id, check_request_allowed.credit_type, clock_timestamp());
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
  select * into asked from credits.count_asked(check_request_allowed.player_id, policy);
  if asked.pending_count >= policy.pending_count_max then
    perform platform.refuse(429, 'pending_limit_reached',
      format('You already have %s open %s.', asked.pending_count,
        case when asked.pending_count = 1 then 'request' else 'requests' end),
      'Wait for a decision, or cancel one.');
  end if;
  if asked.day_amount + amount > policy.day_amount_max then
    perform platform.refuse(429, 'day_limit_reached',
      format('You can request %s credits in 24 hours; %s are left.',
        to_char(policy.day_amount_max, 'FM999,999,999,999'),
        to_char(greatest(policy.day_amount_max - asked.day_amount, 0), 'FM999,999,999,990')),
      'Enter a smaller amount, or wait.');
  end if;
  if asked.period_amount + amount > policy.period_amount_max then
    perform platform.refuse(429, 'period_limit_reached',
      format('You can request %s credits in %s days; %s are left.',
        to_char(policy.period_amount_max, 'FM999,999,999,999'), policy.period_days,
        to_char(greatest(policy.period_amount_max - asked.period_amount, 0), 'FM999,999,999,990')),
      'Enter a smaller amount, or wait.');
  end if;
  return policy;
end;
$$;
comment on function credits.check_request_allowed(uuid, text, int) is
  'The version that allows the request. Refuses DS400, DS403 and DS429 with what to do. The caller holds the '
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

create function credits.approve_automatically(request public.credit_requests, policy credits.policy_versions)
returns public.credit_requests
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  word public.credit_decisions;
begin
  if policy.auto_approval_max is null or request.amount > policy.auto_approval_max then
    return request;
  end if;
  if policy.budget_amount is not null then
    perform credits.lock_budget(request.player_id, request.credit_type);
  end if;
  if not credits.has_budget(policy, request.amount) then
    return request;
  end if;
  word.decision := 'approve';
  word.source := 'system';
  word.is_final := true;
  word.is_fallback := false;
  return credits.apply_decision(request, word, policy);
end;
$$;
comment on function credits.approve_automatically(public.credit_requests, credits.policy_versions) is
  'Pays a new request at once if the policy allows its amount and its budget has as much left, as the act of the '
  'policy; else a person decides. Returns the request.';

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
  policy credits.policy_versions;
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
  insert into public.credit_requests (
    player_id, credit_type, amount, reason, source, expires_at, remind_at, escalate_at, policy_version_id)
  values (
    actor, policy.credit_type, request_credits.amount, reason_given, origin,
    now() + make_interval(hours => policy.expire_after_hours),
    now() + make_interval(hours => policy.remind_after_hours),
    now() + make_interval(hours => policy.escalate_after_hours), policy.id)
  returning * into request;
  perform platform.record_audit('credit_request.created', 'credit_request', request.id::text, null,
    to_jsonb(request), actor, origin);
  request := credits.approve_automatically(request, policy);
  if request.state = 'approved' then
    perform credits.announce_balances(actor);
  else
    perform platform.emit_event('credits/request.created', jsonb_build_object('request_id', request.id));
  end if;
  return platform.finish_command('request_credits', actor, request_credits.idempotency_key,
    credits.announce_request(request,
      case request.state when 'approved' then 'request_decided' else 'request_created' end));
end;
$$;
comment on function public.request_credits(text, int, text, text, uuid, text) is
  'Creates a request within the policy''s limits and returns it with replayed, which is also true for another key '
  'if a duplicate is already pending. The policy pays a small one at once; nothing else moves credits. Definer: '
  'nobody may write requests directly.';
grant execute on function public.request_credits(text, int, text, text, uuid, text) to authenticated,
  service_role;
