create function private.check_decider(request public.credit_requests, decider uuid, comment text)
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
    perform private.refuse(403, 'own_request', 'You cannot decide your own request.',
      'Another manager has to decide it; you can cancel it.');
  end if;
  if exists (select from public.credit_decisions as word
    where word.request_id = request.id and word.decided_by = decider) then
    perform private.refuse(409, 'already_approved_by_you', 'You have approved this request before.',
      'It needs a second approver.');
  end if;
  is_fallback := decider = request.player_id or approver_count < private.count_approvals_needed(request);
  if is_fallback and decider <> request.player_id and admin_count > 0
    and not private.has_role(decider, 'admin') then
    perform private.refuse(403, 'admin_needed',
      'Too few approvers exist for this amount, so an admin has to decide.',
      'Ask an admin.');
  end if;
  if is_fallback and char_length(trim(coalesce(check_decider.comment, ''))) = 0 then
    perform private.refuse(400, 'comment_needed',
      'There are too few approvers to follow the usual rule, so this decision needs a comment.',
      'Say why in a comment.');
  end if;
  return is_fallback;
end;
$$;
comment on function private.check_decider(public.credit_requests, uuid, text) is
  'Whether the decision is a fallback: nobody else may decide (the requester is the only approver), or '
  'fewer approvers exist than the amount needs. A fallback needs a comment, and an admin where there is '
  'one. Refuses the requester otherwise, and a second word of the same approver.';

create function private.refuse_closed_request(request public.credit_requests)
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
    perform private.refuse(409, 'request_already_decided',
      format('%s has already %s this request.', final.display_name, request.state), 'Nothing is left to do.');
  elsif request.state = 'cancelled' then
    perform private.refuse(410, 'request_cancelled', 'The player has withdrawn this request.',
      'Nothing is left to do.');
  elsif request.state = 'expired' or request.expires_at <= now() then
    perform private.refuse(410, 'request_expired', 'Nobody decided this request in time.',
      'The player can make a new one.');
  end if;
end;
$$;
comment on function private.refuse_closed_request(public.credit_requests) is
  'Refuses DS409 or DS410 with who decided, when the request is not open any more.';

create function private.pay_credit_request(request public.credit_requests, approver uuid)
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
  select policy.grant_valid_days into valid_days
  from public.credit_policies as policy where policy.credit_type = request.credit_type;
  transfer.credit_type := request.credit_type;
  transfer.player_id := request.player_id;
  transfer.amount := request.amount;
  transfer.idempotency_key := 'credit_request:' || request.id;
  transfer.request_id := request.id;
  transfer.reason := request.reason;
  transfer.actor_id := approver;
  return private.grant_to_player(transfer, now() + make_interval(days => valid_days));
end;
$$;
comment on function private.pay_credit_request(public.credit_requests, uuid) is
  'Grants what the request asks for, once per request, and returns the transfer''s id.';

create function private.apply_decision(request public.credit_requests, word public.credit_decisions)
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
        when 'approve' then private.pay_credit_request(request, word.decided_by) end
    where credit_requests.id = request.id
    returning * into decided;
    perform private.emit_event('credits/request.decided',
      jsonb_build_object('request_id', request.id, 'decision', word.decision));
  else
    perform private.emit_event('credits/request.first_approved',
      jsonb_build_object('request_id', request.id));
  end if;
  perform private.record_audit(
    'credit_request.' || case when word.is_final then decided.state else 'first_approved' end,
    'credit_request', request.id::text, jsonb_build_object('state', request.state),
    jsonb_build_object('state', decided.state, 'comment', word.comment, 'transfer_id', decided.transfer_id,
      'is_fallback', word.is_fallback),
    word.decided_by, word.source);
  return decided;
end;
$$;
comment on function private.apply_decision(public.credit_requests, public.credit_decisions) is
  'Writes an allowed decision with everything that follows from it: state, payment, event, audit. The '
  'caller holds the request''s lock.';

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
  actor uuid := private.resolve_actor(acting_player_id);
  replay jsonb;
  request public.credit_requests;
  word public.credit_decisions;
  approval_count int;
  balances jsonb;
  description jsonb;
begin
  if not private.has_role(actor, 'manager') then
    perform private.refuse(403, 'manager_only', 'Only managers can decide requests.', 'Ask a manager.');
  end if;
  if decision is null or decision not in ('approve', 'reject') then
    perform private.refuse(400, 'decision_invalid', 'A decision is approve or reject.',
      'Send one of the two.');
  end if;
  if char_length(comment) > 1000 then
    perform private.refuse(400, 'comment_too_long', 'A comment has at most 1000 characters.', 'Shorten it.');
  end if;
  replay := private.begin_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object('request_id', decide_credit_request.request_id, 'decision', decision));
  if replay is not null then
    return replay;
  end if;
  -- Deciders of one request stand in line here; all but the first find it closed.
  select * into request from public.credit_requests
  where credit_requests.id = decide_credit_request.request_id for update;
  if request.id is null then
    perform private.refuse(404, 'request_not_found', 'There is no such request.',
      'Look at the list of requests.');
  end if;
  perform private.refuse_closed_request(request);
  word.decision := decide_credit_request.decision;
  word.decided_by := actor;
  word.comment := nullif(trim(decide_credit_request.comment), '');
  word.source := private.resolve_source(decide_credit_request.source);
  word.is_fallback := private.check_decider(request, actor, word.comment);
  select count(*) into approval_count from public.credit_decisions as earlier
  where earlier.request_id = request.id;
  word.is_final := word.decision = 'reject' or word.is_fallback
    or approval_count + 1 >= private.count_approvals_needed(request);
  request := private.apply_decision(request, word);
  balances := case when request.state = 'approved'
    then private.announce_balances(request.player_id) else private.describe_balances(request.player_id) end;
  description := private.announce_request(request,
    case when word.is_final then 'request_decided' else 'request_updated' end);
  return private.finish_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object(
      'request', description, 'decision', description -> 'decisions' -> -1, 'balances', balances));
end;
$$;
comment on function public.decide_credit_request(uuid, text, text, text, uuid, text) is
  'Approves or rejects a request: {request, decision, balances, replayed}. Exactly one decision is ever '
  'final, whoever races; nobody decides their own request while another approver exists; above the '
  'policy''s amount two approve. An approval pays in the same transaction. Definer: nobody may write '
  'decisions or credits directly.';
grant execute on function public.decide_credit_request(uuid, text, text, text, uuid, text)
  to authenticated, service_role;
