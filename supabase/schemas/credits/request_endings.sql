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
    select coalesce(approver.display_name, 'The policy') as display_name into final
    from public.credit_decisions as word
    left join public.profiles as approver on approver.id = word.decided_by
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
    where credit_requests.id in (
      -- Never waits for a bulk decision, which locks many requests in an order of its own.
      select waiting.id from public.credit_requests as waiting
      where waiting.state = 'pending' and waiting.reminded_at is null and waiting.remind_at <= now()
      for update skip locked)
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
