create function private.check_request_allowed(player_id uuid, credit_type text, amount int)
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
    perform private.refuse(400, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  if amount is null or amount < 1 then
    perform private.refuse(400, 'amount_invalid', 'The amount must be a whole number above zero.',
      'Enter 1 or more.');
  end if;
  if amount > policy.request_amount_max then
    perform private.refuse(400, 'amount_above_maximum',
      format('One request can ask for at most %s credits.', policy.request_amount_max), 'Ask for less.');
  end if;
  if exists (select from public.profiles where profiles.id = check_request_allowed.player_id
    and profiles.left_at is not null) then
    perform private.refuse(403, 'player_left', 'Players who left the community cannot request credits.',
      'Join again first.');
  end if;
  select count(*) filter (where request.state = 'pending'), coalesce(sum(request.amount), 0)
  into pending_count, asked
  from public.credit_requests as request
  where request.player_id = check_request_allowed.player_id
    and request.credit_type = policy.credit_type
    and request.state in ('pending', 'approved')
    and (request.state = 'pending' or request.created_at > now() - make_interval(days => policy.period_days));
  if pending_count >= policy.pending_count_max then
    perform private.refuse(429, 'pending_limit_reached',
      format('You already have %s open requests.', pending_count), 'Wait for a decision, or cancel one.');
  end if;
  if asked + amount > policy.period_amount_max then
    perform private.refuse(429, 'period_limit_reached',
      format('In %s days you can ask for %s credits; %s are left.',
        policy.period_days, policy.period_amount_max, greatest(policy.period_amount_max - asked, 0)),
      'Ask for less, or wait.');
  end if;
  return policy;
end;
$$;
comment on function private.check_request_allowed(uuid, text, int) is
  'The policy that allows the request. Refuses DS400, DS403 and DS429 with what to do. The caller holds the '
  'player''s lock.';

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
  actor uuid := private.resolve_actor(acting_player_id);
  origin text := private.resolve_source(request_credits.source);
  reason_given text := trim(coalesce(request_credits.reason, ''));
  replay jsonb;
  policy public.credit_policies;
  request public.credit_requests;
begin
  if char_length(reason_given) not between 3 and 500 then
    perform private.refuse(400, 'reason_invalid', 'The reason must have 3 to 500 characters.',
      'Say in a sentence what the credits are for.');
  end if;
  replay := private.begin_command('request_credits', actor, request_credits.idempotency_key,
    jsonb_build_object('credit_type', credit_type, 'amount', amount, 'reason', reason_given));
  if replay is not null then
    return replay;
  end if;
  -- Limits are counted under a lock of the player, so that parallel requests cannot pass them together.
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || actor, 0));
  policy := private.check_request_allowed(actor, request_credits.credit_type, request_credits.amount);
  insert into public.credit_requests (player_id, credit_type, amount, reason, source, expires_at, remind_at)
  values (
    actor, policy.credit_type, request_credits.amount, reason_given, origin,
    now() + make_interval(hours => policy.expire_after_hours),
    now() + make_interval(hours => policy.remind_after_hours))
  returning * into request;
  perform private.emit_event('credits/request.created', jsonb_build_object('request_id', request.id));
  perform private.record_audit('credit_request.created', 'credit_request', request.id::text, null,
    to_jsonb(request), actor, origin);
  return private.finish_command('request_credits', actor, request_credits.idempotency_key,
    private.announce_request(request, 'request_created'));
end;
$$;
comment on function public.request_credits(text, int, text, text, uuid, text) is
  'Opens a request within the policy''s limits and returns it with replayed. Moves no credits. Definer: '
  'nobody may write requests directly.';
grant execute on function public.request_credits(text, int, text, text, uuid, text) to authenticated,
  service_role;

create function public.cancel_credit_request(
  request_id uuid, idempotency_key text, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := private.resolve_actor(acting_player_id);
  replay jsonb;
  request public.credit_requests;
begin
  replay := private.begin_command('cancel_credit_request', actor, cancel_credit_request.idempotency_key,
    jsonb_build_object('request_id', cancel_credit_request.request_id));
  if replay is not null then
    return replay;
  end if;
  select * into request from public.credit_requests
  where credit_requests.id = cancel_credit_request.request_id and credit_requests.player_id = actor
  for update;
  if request.id is null then
    perform private.refuse(404, 'request_not_found', 'You have no such request.',
      'Look at your list of requests.');
  end if;
  if request.state <> 'pending' then
    perform private.refuse(409, 'request_already_closed',
      format('This request is already %s.', request.state), null);
  end if;
  update public.credit_requests set state = 'cancelled', closed_at = clock_timestamp()
  where credit_requests.id = request.id returning * into request;
  perform private.emit_event('credits/request.cancelled', jsonb_build_object('request_id', request.id));
  perform private.record_audit('credit_request.cancelled', 'credit_request', request.id::text,
    '{"state": "pending"}', '{"state": "cancelled"}', actor, private.resolve_source(source));
  return private.finish_command('cancel_credit_request', actor, cancel_credit_request.idempotency_key,
    private.announce_request(request, 'request_cancelled'));
end;
$$;
comment on function public.cancel_credit_request(uuid, text, uuid, text) is
  'Withdraws the caller''s own open request and returns it. Definer: nobody may write requests directly.';
grant execute on function public.cancel_credit_request(uuid, text, uuid, text) to authenticated, service_role;

create function private.expire_credit_requests()
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
    perform private.emit_event('credits/request.expired', jsonb_build_object('request_id', request.id));
    perform private.record_audit('credit_request.expired', 'credit_request', request.id::text,
      '{"state": "pending"}', '{"state": "expired"}', null, 'system');
    perform private.announce_request(request, 'request_expired');
    expired_count := expired_count + 1;
  end loop;
  for request in
    update public.credit_requests set reminded_at = now()
    where credit_requests.state = 'pending' and credit_requests.reminded_at is null
      and credit_requests.remind_at <= now()
    returning *
  loop
    perform private.emit_event('credits/request.reminder_due', jsonb_build_object('request_id', request.id));
  end loop;
  return expired_count;
end;
$$;
comment on function private.expire_credit_requests() is
  'Ends requests nobody decided in time and asks once for a reminder of those that wait long. Safe to run '
  'at any time, and twice; a request that is being decided right now is left to the decision. Returns how '
  'many ended.';
