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

create function credits.check_decision(decision text, comment text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if check_decision.decision is null or check_decision.decision not in ('approve', 'reject') then
    perform platform.refuse(400, 'decision_invalid', 'A decision is approve or reject.',
      'Send one of the two.');
  end if;
  if char_length(check_decision.comment) > 1000 then
    perform platform.refuse(400, 'comment_too_long', 'A comment has at most 1000 characters.', 'Shorten it.');
  end if;
end;
$$;
comment on function credits.check_decision(text, text) is 'Refuses DS400 a decision that no request can have.';

create function credits.decide_request(request_id uuid, said public.credit_decisions)
returns public.credit_requests
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  request public.credit_requests;
  word public.credit_decisions := said;
  approval_count int;
begin
  -- Concurrent deciders of one request queue here; all but the first find it closed.
  select * into request from public.credit_requests
  where credit_requests.id = decide_request.request_id for update;
  if request.id is null then
    perform platform.refuse(404, 'request_not_found', 'There is no such request.',
      'Open the list of requests.');
  end if;
  perform credits.refuse_closed_request(request);
  word.comment := nullif(trim(said.comment), '');
  word.is_fallback := credits.check_decider(request, word.decided_by, word.comment);
  select count(*) into approval_count from public.credit_decisions as earlier
  where earlier.request_id = request.id;
  word.is_final := word.decision = 'reject' or word.is_fallback
    or approval_count + 1 >= credits.count_approvals_needed(request);
  return credits.apply_decision(request, word);
end;
$$;
comment on function credits.decide_request(uuid, public.credit_decisions) is
  'Applies decision, decided_by, comment and source of an approver to one request, by every rule, and returns the '
  'request; it is still pending after the first of two approvals. Single and bulk decisions both pass here, so '
  'they cannot differ. Announces nothing. The caller has checked the approver''s role.';

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
  balances jsonb;
  description jsonb;
begin
  if not identity.has_role(actor, 'manager') then
    perform platform.refuse(403, 'manager_only', 'Only managers can decide requests.', 'Ask a manager.');
  end if;
  perform credits.check_decision(decide_credit_request.decision, decide_credit_request.comment);
  replay := platform.begin_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object('request_id', decide_credit_request.request_id, 'decision', decision));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_decision', actor::text);
  word.decision := decide_credit_request.decision;
  word.decided_by := actor;
  word.comment := decide_credit_request.comment;
  word.source := platform.resolve_source(decide_credit_request.source);
  request := credits.decide_request(decide_credit_request.request_id, word);
  balances := case when request.state = 'approved'
    then credits.announce_balances(request.player_id) else credits.describe_balances(request.player_id) end;
  description := credits.announce_request(request,
    case when request.state = 'pending' then 'request_updated' else 'request_decided' end);
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
